import * as mail from "./mail.js";
import * as others from "./others.js";
import type { Server } from "./server.js";
import * as web from "./web.js";

/** All servers that `gen-dhparams config` knows, by name. */
export const SERVERS: readonly Server[] = [
	...Object.values(mail),
	...Object.values(web),
	...Object.values(others),
].sort((a, b) => (a.id < b.id ? -1 : 1));
