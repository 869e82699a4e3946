import { readFigures } from "../../figures.mjs";

export default { watch: ["../../../*.md"], load: readFigures };
