// How a refusal looks to a test: its code, or what happened instead.

/** The `code` of the TypeError, JwtError or UnavailableError that `attempt` ends in. */
export async function refusalOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) return `no code: ${String(error)}`;
    const codes = ["invalid_argument", "invalid_key", "sync_unavailable", "unsupported_algorithm"];
    // The caller's own mistakes are TypeErrors, and nothing else is.
    if (codes.includes(String(error.code)) !== (error.name === "TypeError"))
      return `a ${error.name} with ${String(error.code)}`;
    return String(error.code);
  }
  return "accepted";
}
