/** Time, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds, monotonic, for deadlines and durations. Never compare with `wall()`. */
  now(): number
  /** Milliseconds since the Unix epoch, for records that people read. */
  wall(): number
}
