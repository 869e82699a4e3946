import { memoryKeyRingStore } from "../../../src/index.ts";
import { describeStore } from "./store-contract.ts";

describeStore("memory", memoryKeyRingStore);
