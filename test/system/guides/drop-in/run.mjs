// npm run test:drop-in: the packages that depend on jsonwebtoken, alone. They are also a part of `npm run test:guides`.
import { pack } from "../../runtimes/project.mjs";
import { close } from "../../runtimes/totals.mjs";
import { useDropIn } from "./install.mjs";

const { passed, failures } = await useDropIn(pack().path);
close("drop-in", passed.length, failures);
