/** Queries as people paste them, with what must be found in all that is searched (`keeps`, in the lexical query and the identifiers) and what must be gone. */
export interface MessyQuery {
  readonly query: string
  /** Identifiers that are found whole, and searched. */
  readonly identifiers?: readonly string[]
  /** Words of the lexical query. */
  readonly keeps?: readonly string[]
  /** What the vector query starts with: what was asked. */
  readonly asks?: string
  /** Nowhere in any derived text. */
  readonly drops?: readonly string[]
}

const FRAMES = `    at renderList (/app/src/list.js:14:22)
    at async Promise.all (index 0)
    at Module._compile (node:internal/modules/cjs/loader:1256:14)`

export const MESSY_QUERIES: readonly MessyQuery[] = [
  {
    query: `TypeError: rows.map is not a function\n${FRAMES}\nwhat does this mean?`,
    identifiers: ['TypeError', 'rows.map'],
    asks: 'what does this mean? TypeError: rows.map is not',
    drops: ['list.js', '_compile', '1256'],
  },
  {
    query:
      'How do I fix this?\n\nTraceback (most recent call last):\n  File "etl.py", line 88, in <module>\n    load_rows(batch)\nKeyError: \'customer_id\'',
    identifiers: ['KeyError', 'customer_id'],
    asks: 'How do I fix this?',
    drops: ['etl.py', 'Traceback', 'load_rows'],
  },
  {
    query:
      'java.lang.IllegalStateException: queue closed\n\tat com.acme.Worker.run(Worker.java:88)\n\tat java.lang.Thread.run(Thread.java:829)\n\t... 12 more\nwhy does my worker stop?',
    identifiers: ['java.lang.IllegalStateException'],
    keeps: ['worker', 'queue', 'closed'],
    asks: 'why does my worker stop?',
    drops: ['Thread', '12 more'],
  },
  {
    query: '{"error":{"code":"invalid_scope","message":"scope not allowed"},"status":403} I get this when refreshing a token, why?',
    identifiers: ['invalid_scope', 'status 403'],
    keeps: ['refreshing', 'token'],
    asks: 'I get this when refreshing a token, why?',
    drops: ['{', '"'],
  },
  {
    query: 'what is wrong with this payload: {"index": "docs", "budget": {"tokens": -1}}',
    keeps: ['wrong', 'payload', 'budget', 'tokens', 'docs'],
    asks: 'what is wrong with this payload',
    drops: ['{', '}'],
  },
  {
    query:
      '2026-02-03T10:00:01.123Z INFO gateway up\n2026-02-03T10:00:02.456Z ERROR gateway upstream timed out code=ETIMEDOUT\nHow can I raise the timeout?',
    identifiers: ['ETIMEDOUT'],
    keeps: ['raise', 'timeout', 'upstream'],
    asks: 'How can I raise the timeout? ERROR gateway upstream',
    drops: ['2026-02-03T10:00:01.123Z'],
  },
  {
    query: 'Feb  3 10:00:01 web1 sshd[811]: Failed password for root from 10.0.0.7 port 4022\nis somebody attacking us?',
    identifiers: ['10.0.0.7'],
    asks: 'is somebody attacking us?',
    drops: ['10:00:01'],
  },
  {
    query:
      '[ERROR] 3f2a9c10-77de-4b1e-9d0a-5c2be1a4f001 billing-svc PAYMENT_DECLINED\n[ERROR] 3f2a9c10-77de-4b1e-9d0a-5c2be1a4f001 billing-svc PAYMENT_DECLINED\ncustomer cannot pay',
    identifiers: ['PAYMENT_DECLINED'],
    keeps: ['customer', 'pay'],
    asks: 'customer cannot pay',
    drops: ['3f2a9c10'],
  },
  {
    query: 'npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.example.org/left-padd\ncan you help',
    identifiers: ['E404', 'https://registry.example.org/left-padd'],
    asks: 'npm ERR! code E404',
  },
  {
    query: '========================\nSTATUS REPORT\n========================\nthe export never finishes',
    keeps: ['export', 'finishes'],
    asks: 'STATUS REPORT',
    drops: ['==='],
  },
  {
    query: '<error>\n<code>SOAP-ENV:Client</code>\n</error>\nhow do we handle this fault in the importer',
    keeps: ['handle', 'importer', 'fault'],
    asks: 'how do we handle this fault',
    drops: ['<', '>'],
  },
  {
    query: 'time=10:00 level=warn msg=slow path=/v1/retrieve\nwhich setting makes this faster?',
    identifiers: ['/v1/retrieve'],
    asks: 'which setting makes this faster?',
  },
  {
    query: `my key ${'A1b2'.repeat(40)} does not work any more\nshould I make a new one? `.repeat(8),
    keeps: ['key', 'work', 'new'],
    asks: 'my key does not work any more should I make a new one?',
    drops: ['A1b2A1b2'],
  },
  {
    query: `${'We moved offices last year and the badge readers were replaced as well. '.repeat(20)}How do visitors get a badge? ${'There is more background in the wiki. '.repeat(20)}`,
    keeps: ['visitors', 'badge'],
    asks: 'How do visitors get a badge?',
  },
  {
    query: `Our landlord wants to raise the rent. ${'The flat is in an old house near the park. '.repeat(40)}Is an increase of 12 percent allowed under § 558?`,
    identifiers: ['§ 558'],
    keeps: ['increase', 'percent', 'allowed'],
    asks: 'Is an increase of 12 percent allowed under § 558?',
  },
  {
    query: 'how do i use FST_ERR_CTP_EMPTY_JSON_BODY ??',
    identifiers: ['FST_ERR_CTP_EMPTY_JSON_BODY'],
    keeps: ['??'],
    asks: 'how do i use',
  },
  { query: 'wat does ECONNREFUSED 127.0.0.1:5432 meen', identifiers: ['ECONNREFUSED', '127.0.0.1:5432'], asks: 'wat does' },
  { query: 'RFC 9457 vs RFC 7807', identifiers: ['RFC 9457', 'RFC 7807'] },
  { query: 'does v2.14.3 of @acme/client support `retry_budget_ms`?', identifiers: ['retry_budget_ms', 'v2.14.3', '@acme/client'] },
  { query: 'invoice INV-2031-44, part 7T-4410-B', identifiers: ['INV-2031-44', '7T-4410-B'] },
  { query: 'C:\\Users\\me\\app.ini is ignored, ~/.config/app too', identifiers: ['C:\\Users\\me\\app.ini', '~/.config/app'] },
  { query: 'What does "no relevant context" mean in UserService#find?', identifiers: ['no relevant context', 'UserService#find'] },
  { query: 'Was bedeutet der Fehler „Sitzung abgelaufen“ (Code F07)?', identifiers: ['Sitzung abgelaufen', 'F07'] },
  { query: 'exit code 137 after setting --max-old-space-size=8192', identifiers: ['code 137', '--max-old-space-size=8192'] },
  { query: 'CVE-2021-44228 affects log4j-core 2.14.1?', identifiers: ['CVE-2021-44228', '2.14.1'] },
  { query: 'GET /v1/documents/{id} returns 404', identifiers: ['/v1/documents/{id}'] },
  { query: 'x-request-id missing in HTTP 503 answers', identifiers: ['x-request-id', 'HTTP 503'] },
  { query: 'error 0x80070005 when saving', identifiers: ['0x80070005'] },
  { query: 'JSON.parse() throws on std::string input?', identifiers: ['JSON.parse', 'std::string'] },
  { query: 'WHY IS EVERYTHING SO SLOW TODAY', identifiers: [] },
  { query: 'the 19th meeting in the 1990s took 3h and 100mg of patience', identifiers: [] },
]
