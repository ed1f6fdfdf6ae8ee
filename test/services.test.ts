import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import { httpSettings, modelSettings } from '../src/services.ts'

const configOf = (overrides: Readonly<Record<string, unknown>>) =>
  loadConfig({ file: null, folder: '/', environment: {}, overrides }).config

test('downloaded models follow the data directory, unless a folder is named', () => {
  assert.equal(modelSettings(configOf({})).cacheDirectory, '.ration/models')
  assert.equal(modelSettings(configOf({ 'data.directory': '/srv/ration' })).cacheDirectory, '/srv/ration/models')
  assert.equal(modelSettings(configOf({ 'data.directory': '/srv/ration', 'models.cache_directory': '/models' })).cacheDirectory, '/models')
})

test('keys are demanded as soon as the service listens beyond loopback, or where the operator wants it', () => {
  const demanded = (overrides: Readonly<Record<string, unknown>>) => httpSettings(configOf(overrides)).authRequired
  for (const host of ['127.0.0.1', '::1', 'localhost']) assert.equal(demanded({ 'http.host': host }), false, host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org']) assert.equal(demanded({ 'http.host': host }), true, host)
  assert.equal(demanded({ 'http.auth_required': true }), true)
})

test('what a request may ask for in items is what packing keeps', () => {
  assert.equal(httpSettings(configOf({ 'packing.max_items': 7 })).maxItems, 7)
})
