import { CLIENTS } from "./clients.js";
import type { Message } from "./message.js";
import { OPENSSL } from "./openssl.js";
import { SERVERS_OWN } from "./servers.js";

/** All messages that `gen-dhparams explain` knows; of those that fit a line the first counts. */
export const MESSAGES: readonly Message[] = [
	...SERVERS_OWN,
	...CLIENTS,
	...OPENSSL,
];
