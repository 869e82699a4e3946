/** Responses of Fetch, which a callback may return to answer by itself. */

/** Reports whether a value is a `Response`. Not by `instanceof`: some servers have their own class. */
export function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value && "body" in value;
}
