# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node; the one that npm would install for older machines stays out.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    RATION_DATA__DIRECTORY=/data \
    RATION_MODELS__CACHE_DIRECTORY=/data/models \
    RATION_HTTP__HOST=0.0.0.0 \
    RATION_HTTP__PORT=7410
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE README.md CHANGELOG.md ./
COPY bin ./bin
COPY models ./models
COPY docs ./docs
COPY indexes ./indexes
COPY ingest ./ingest
COPY bench ./bench
COPY src ./src
RUN install -d -o node -g node -m 0700 /data && ln -s /app/bin/ration.js /usr/local/bin/ration
USER node
VOLUME /data
EXPOSE 7410
# Listening beyond loopback demands API keys: give the first one as RATION_API_KEY, or make one with `ration key create`.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.RATION_HTTP__PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/ration.js"]
CMD ["serve"]
