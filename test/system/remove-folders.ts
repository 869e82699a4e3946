// Vitest ends its workers without an exit of theirs, at which folders are removed elsewhere.
import { afterAll } from "vitest";
import { removeFolders } from "./runtimes/project.mjs";

afterAll(removeFolders);
