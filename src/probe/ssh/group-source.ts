import { findGroup, groupOfPrime } from "../../groups/groups.js";
import type { DhParams } from "../../params.js";
import type { SshGroupReply } from "./survey.js";

/** Where the groups of a group exchange come from, as far as their numbers show. */
export type SshGroupSource =
	/** What OpenSSH gives for each request where it finds no moduli file: groups 14, 16 and 18 of RFC 3526. */
	| "fallback"
	/** Groups of standards, chosen in another way: a file that holds them, or another server's own. */
	| "standard"
	/** At least one group of no standard: a moduli file, or a set that came with another server. */
	| "file";

/** A request that was answered with a group. */
export interface AnsweredRequest {
	readonly request: SshGroupReply["request"];
	readonly params: DhParams;
}

/** The requests that got a group, in their order. */
export function answeredRequests(
	replies: readonly SshGroupReply[],
): AnsweredRequest[] {
	return replies.flatMap(({ request, reply }) =>
		"params" in reply ? [{ request, params: reply.params }] : [],
	);
}

/** Undefined where no request was answered. */
export function groupSourceOf(
	answered: readonly AnsweredRequest[],
): SshGroupSource | undefined {
	if (answered.length === 0) return undefined;
	if (answered.some(({ params: { p } }) => groupOfPrime(p) === undefined)) {
		return "file";
	}
	return answered.every(isFallback) ? "fallback" : "standard";
}

/**
 * Is it what dh_new_group_fallback of OpenSSH's dh.c gives? It looks at the most bits that a client takes, and not at
 * what it prefers. A file with the same groups would give the size that was asked for.
 */
export function isFallback({ request, params }: AnsweredRequest): boolean {
	const { max = 8192 } = request;
	const name =
		max < 3072 ? "modp_2048" : max < 6144 ? "modp_4096" : "modp_8192";
	return params.p === findGroup(name).params.p;
}
