import { ALERTS, HANDSHAKE_FAILURE } from "./alerts.js";
import { CLIENTS } from "./clients.js";
import { DH_FILES } from "./dh-file.js";
import { MAIL_SERVER_MESSAGES } from "./mail-servers.js";
import type { Message } from "./message.js";
import { OPENSSL } from "./openssl.js";
import { SCAN_TRACES, SCANNERS } from "./scanners.js";
import { SERVER_MESSAGES } from "./servers.js";
import { SSH } from "./ssh.js";
import { VULNERABILITIES } from "./vulnerabilities.js";

/** All messages that `gen-dhparams explain` knows; of those that fit a line the first counts. */
export const MESSAGES: readonly Message[] = [
	...MAIL_SERVER_MESSAGES,
	...SERVER_MESSAGES,
	...SSH,
	...DH_FILES,
	...CLIENTS,
	...ALERTS,
	...OPENSSL,
	...HANDSHAKE_FAILURE,
	...SCANNERS,
	...VULNERABILITIES,
	SCAN_TRACES,
];
