/** Where a browser is put. */
export interface Surroundings {
  /** The port on loopback of the proxy that is asked for everything. Default: none. */
  readonly proxyPort?: number;
  /** Milliseconds that a call into the page may take. Default two minutes. */
  readonly answersWithin?: number;
}

/** A page in a browser of its own, the same for all browsers. */
export interface Page {
  /** The browser's. */
  readonly version: string;
  goto(url: string): Promise<void>;
  /** Calls a function in the page. Its source is sent: it knows its arguments and the page's globals alone. */
  run<Args extends readonly unknown[], Result>(
    body: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
  addScript(source: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** Presses keys by their names, one after the other. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  paste(): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  screenshot(): Promise<Buffer>;
  /** Sets the colours of the system, where they can be. */
  readonly preferDark?: ((dark: boolean) => Promise<void>) | undefined;
  /** The addresses that the page asked for since the last time, where they can be known. */
  readonly takeRequests?: () => readonly string[];
  /** The errors and dialogs of the page since the last time, where they can be known. */
  readonly takeComplaints?: () => readonly string[];
  close(): Promise<void>;
}
