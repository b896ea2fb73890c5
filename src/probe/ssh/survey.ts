import { ProbeError } from "../../errors.js";
import type { DhParams } from "../../params.js";
import { Connection } from "../connection.js";
import {
	type NoAnswer,
	phrase,
	type Refusal,
	type SurveyOptions,
} from "../survey.js";
import type { Target } from "../target.js";
import {
	REQUESTS,
	requestGroup,
	type SshGroupRequest,
} from "./group-exchange.js";
import { identify } from "./identification.js";
import {
	encodeKeyExchangeInit,
	type KeyExchangeInit,
	parseKeyExchangeInit,
} from "./key-exchange-init.js";
import {
	groupExchangesOf,
	keyExchangesOf,
	type SshKeyExchange,
} from "./key-exchanges.js";
import {
	Message,
	readMessage,
	readPacket,
	sendDisconnect,
	sendMessage,
} from "./packets.js";

/** What the server gave for one request. */
export interface SshGroupReply {
	readonly request: SshGroupRequest;
	readonly reply: { readonly params: DhParams } | Refusal | NoAnswer;
}

/** What a server said, one connection after the other. */
export interface SshSurvey {
	/** The address that all connections went to. */
	readonly address: string;
	/** The server's identification line. */
	readonly identification: string;
	/** In the server's order of preference. */
	readonly keyExchanges: readonly SshKeyExchange[];
	/** The group exchange that was asked; undefined where there is none. */
	readonly groupExchange: SshKeyExchange | undefined;
	/** One for each of the requests. */
	readonly replies: readonly SshGroupReply[];
}

/** Where the connections go, and how they are made. */
type Destination = Pick<Target, "host" | "port"> &
	Pick<SurveyOptions, "ip" | "timeout" | "signal">;

/**
 * Asks one server all questions. After a group a server waits for the client's half of the exchange, so each request
 * takes a connection of its own: nine at most.
 *
 * @throws {ProbeError} where the server cannot be reached or does not say which key exchanges it has.
 */
export async function surveySsh(destination: Destination): Promise<SshSurvey> {
	const [request, ...others] = REQUESTS;
	const { reply, ...facts } = await converse(destination, request);
	if (reply === undefined) return { ...facts, replies: [] };
	const again = { ...destination, ip: facts.address };
	const replies: SshGroupReply[] = [{ request, reply }];
	for (const request of others) {
		// Whoever drops packets from here on would take the whole time for each.
		const hasTimedOut = replies.some(({ reply }) => reply === TIMED_OUT);
		const reply = hasTimedOut ? NOT_ASKED : await askAlso(again, request);
		replies.push({ request, reply });
	}
	return { ...facts, replies };
}

const TIMED_OUT: NoAnswer = { noAnswer: "timed out" };
const NOT_ASKED: NoAnswer = {
	noAnswer: "not asked, since an earlier request timed out",
};

type Reply = SshGroupReply["reply"];

/** A question on a connection of its own, whose failure leaves what is known already. */
async function askAlso(
	destination: Destination,
	request: SshGroupRequest,
): Promise<Reply> {
	try {
		const { reply } = await converse(destination, request);
		return reply ?? { noAnswer: "another connection offers no group exchange" };
	} catch (error) {
		if (!(error instanceof ProbeError)) throw error;
		return error.failure === "timeout"
			? TIMED_OUT
			: { noAnswer: phrase(error) };
	}
}

/** One connection: what the server offers, and its reply to a request if it has a group exchange. */
async function converse(
	{ host, port, ip, timeout, signal }: Destination,
	request: SshGroupRequest,
): Promise<Omit<SshSurvey, "replies"> & { reply: Reply | undefined }> {
	using connection = await Connection.open({
		host: ip ?? host,
		port,
		timeout,
		signal,
	});
	const identification = await identify(connection);
	const init = parseKeyExchangeInit(
		await readMessage(connection, Message.KEXINIT, "KEXINIT"),
	);
	const keyExchanges = keyExchangesOf(init.keyExchanges);
	const [groupExchange] = groupExchangesOf(keyExchanges);
	const reply =
		groupExchange &&
		(await replyTo(connection, request, groupExchange.name, init));
	sendDisconnect(connection);
	const { remoteAddress: address } = connection;
	return { address, identification, keyExchanges, groupExchange, reply };
}

async function replyTo(
	connection: Connection,
	request: SshGroupRequest,
	keyExchange: string,
	init: KeyExchangeInit,
): Promise<Reply> {
	try {
		sendMessage(connection, encodeKeyExchangeInit(keyExchange, init));
		// RFC 4253 section 7: a guess that is wrong is to be passed over.
		if (init.guesses && init.keyExchanges[0] !== keyExchange) {
			await readPacket(connection);
		}
		return { params: await requestGroup(connection, request) };
	} catch (error) {
		if (!(error instanceof ProbeError)) throw error;
		if (error.failure === "timeout") return TIMED_OUT;
		if (error.failure === "malformed") throw error;
		return { refusal: phrase(error) };
	}
}
