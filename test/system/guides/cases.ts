// What a guide promises of its files, beyond what they print: tried by Vitest with dist/, and by `npm run test:guides` with the
// packed tarball.

/** Imports a file of the guide, as the guide has it. */
export type Load = (file: string) => Promise<Readonly<Record<string, unknown>>>;

/** `folder`: where the guide's files are. */
export type Cases = (load: Load, folder: string) => readonly (readonly [title: string, run: () => Promise<void>])[];
