/**
 * Imported before LanceDB by every file that loads it. Its own log goes to standard error, its warnings repeat with every query and
 * every build, and it reads this variable once, when the module is loaded: the one place that writes the environment.
 */
process.env['LANCEDB_LOG'] = 'error'
