/** Where the pages of the reference are, within docs/. */
export const referenceFolder = "api/";
