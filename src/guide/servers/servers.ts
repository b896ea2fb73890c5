import * as databases from "./databases.js";
import * as fileTransfer from "./file-transfer.js";
import * as java from "./java.js";
import * as kubernetes from "./kubernetes.js";
import * as mailAccess from "./mail-access.js";
import * as mailTransfer from "./mail-transfer.js";
import * as messaging from "./messaging.js";
import * as network from "./network.js";
import * as openssh from "./openssh.js";
import * as proxies from "./proxies.js";
import type { Server } from "./server.js";
import * as web from "./web.js";

/** All servers that `gen-dhparams config` knows, by name. */
export const SERVERS: readonly Server[] = [
	databases,
	fileTransfer,
	java,
	kubernetes,
	mailAccess,
	mailTransfer,
	messaging,
	network,
	openssh,
	proxies,
	web,
]
	.flatMap((area): Server[] => Object.values(area))
	.sort((a, b) => (a.id < b.id ? -1 : 1));
