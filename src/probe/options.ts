import { isIP } from "node:net";
import { InvalidArgumentError } from "../errors.js";

/** For each connection, in ms. */
export const DEFAULT_TIMEOUT = 10_000;

/** @throws {InvalidArgumentError} unless it is 1 to 600,000 ms */
export function checkTimeout(timeout: number): number {
	if (!(timeout >= 1 && timeout <= 600_000)) {
		throw new InvalidArgumentError(
			`timeout is ${timeout}; it must be 1 to 600000 ms.`,
		);
	}
	return timeout;
}

/** @throws {InvalidArgumentError} for a name or an address with a port */
export function checkAddress(ip: string | undefined): string | undefined {
	if (ip !== undefined && isIP(ip) === 0) {
		throw new InvalidArgumentError(
			`ip is "${ip}"; it must be an IPv4 or IPv6 address without a port.`,
		);
	}
	return ip;
}
