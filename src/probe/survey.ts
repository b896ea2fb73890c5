import { ProbeError } from "../errors.js";
import { Connection } from "./connection.js";
import { type Agreement, handshake } from "./handshake.js";
import {
	ANONYMOUS,
	DHE,
	EXPORT_DHE,
	FFDHE,
	LEGACY_DHE,
	MODERN,
	MODERN_WITH_FFDHE,
	type Offer,
} from "./offers.js";
import { startTls } from "./starttls/starttls.js";
import type { Target } from "./target.js";

/** The server refused: an alert, or the end of the connection. */
export interface Refusal {
	readonly refusal: string;
}

/** No answer either way, such as a time-out on a later connection: nothing can be concluded. */
export interface NoAnswer {
	readonly noAnswer: string;
}

/** What the server said to each offer, one connection after the other. */
export interface Survey {
	/** The address that all connections went to. */
	readonly address: string;
	readonly greeting?: string;
	/** What a current client gets; a refusal also where the server has nothing newer than TLS 1.1. */
	readonly modern: Agreement | Refusal;
	/** Whether that needs a client with the groups of RFC 7919. */
	readonly needsFfdhe: boolean;
	/** What the server agreed to where it has nothing newer than TLS 1.1. */
	readonly outdated?: Agreement;
	readonly dhe: Agreement | Refusal;
	/** A second time, to see what repeats; only after an agreement. */
	readonly dheAgain?: Agreement | Refusal | NoAnswer;
	readonly exportDhe: Agreement | Refusal | NoAnswer;
	/** A key exchange without a certificate. */
	readonly anonymous: Agreement | Refusal | NoAnswer;
	/** Only where the server knows TLS 1.3. */
	readonly ffdhe?: Agreement | Refusal | NoAnswer;
}

/** How the connections are made. */
export interface SurveyOptions {
	readonly servername: string | undefined;
	/** Connect here instead of resolving the host's name. */
	readonly ip: string | undefined;
	/** For each connection, in ms. */
	readonly timeout: number;
	readonly signal: AbortSignal | undefined;
}

/**
 * Asks one server all questions. Connections follow one another: mail servers limit how many come at once.
 *
 * @throws {@link ProbeError} where the server cannot be reached, is not led to TLS, or refuses everything.
 */
export async function survey(
	target: Target,
	options: SurveyOptions,
): Promise<Survey> {
	const interview = new ProbeSession(target, options);
	const first = await interview.ask(MODERN);
	let dhe = await interview.ask(DHE);
	if (isRefusal(first) && isRefusal(dhe)) {
		dhe = await interview.ask(LEGACY_DHE);
	}
	const knowsTls13 = isRefusal(first) || first.version === "TLSv1.3";
	const ffdhe = knowsTls13 ? await interview.askAlso(FFDHE) : undefined;
	if (isRefusal(first) && isRefusal(dhe) && !isAgreement(ffdhe)) {
		throw interview.refusedEverything(first);
	}
	const needsFfdhe = isRefusal(first) && isAgreement(ffdhe);
	const second = needsFfdhe
		? await interview.askAlso(MODERN_WITH_FFDHE)
		: undefined;
	const offered = isAgreement(second) ? second : first;
	const outdated = isOutdated(offered) ? offered : undefined;
	const modern =
		outdated === undefined
			? offered
			: {
					refusal: `the newest version is ${outdated.version}, and they need TLSv1.2`,
				};
	const dheAgain = isRefusal(dhe) ? undefined : await interview.askAlso(DHE);
	const exportDhe = await interview.askAlso(EXPORT_DHE);
	const anonymous = await interview.askAlso(ANONYMOUS);
	return {
		address: interview.address,
		...(interview.greeting === undefined
			? {}
			: { greeting: interview.greeting }),
		modern,
		needsFfdhe: isAgreement(second),
		...(outdated === undefined ? {} : { outdated }),
		dhe,
		...(dheAgain === undefined ? {} : { dheAgain }),
		exportDhe,
		anonymous,
		...(ffdhe === undefined ? {} : { ffdhe }),
	};
}

export function isAgreement(
	reply: Agreement | Refusal | NoAnswer | undefined,
): reply is Agreement {
	return reply !== undefined && "suite" in reply;
}

/** RFC 8996: no client of 2021 and newer takes what came before TLS 1.2. */
function isOutdated(reply: Agreement | Refusal): reply is Agreement {
	return isAgreement(reply) && !["TLSv1.2", "TLSv1.3"].includes(reply.version);
}

function isRefusal(reply: Agreement | Refusal): reply is Refusal {
	return "refusal" in reply;
}

/** The connections to one server, all to the address that the first one reached. */
class ProbeSession {
	address: string;
	greeting: string | undefined;
	#sawTls = false;

	constructor(
		private readonly target: Target,
		private readonly options: SurveyOptions,
	) {
		this.address = options.ip ?? target.host;
	}

	/** One connection, one offer. Up to the hello every failure is an error; after it a refusal is an answer. */
	async ask(offer: Offer): Promise<Agreement | Refusal> {
		const { timeout, signal, servername } = this.options;
		const { port } = this.target;
		using connection = await Connection.open({
			host: this.address,
			port,
			timeout,
			signal,
		});
		this.address = connection.remoteAddress;
		const greeting = await startTls(connection, {
			...this.target,
			host: servername ?? this.target.host,
		});
		this.greeting ??= greeting;
		try {
			const agreement = await handshake(connection, offer, servername);
			this.#sawTls = true;
			return agreement;
		} catch (error) {
			if (!(error instanceof ProbeError)) throw error;
			// Schannel and others close the connection where the standard asks for an alert.
			if (error.failure !== "closed" && error.failure !== "refused")
				throw error;
			this.#sawTls ||= error.failure === "refused";
			return { refusal: phrase(error) };
		}
	}

	/** A question that the verdict on the server does not hang on. */
	async askAlso(offer: Offer): Promise<Agreement | Refusal | NoAnswer> {
		try {
			return await this.ask(offer);
		} catch (error) {
			if (error instanceof ProbeError) return { noAnswer: phrase(error) };
			throw error;
		}
	}

	refusedEverything({ refusal }: Refusal): ProbeError {
		return this.#sawTls
			? new ProbeError(
					"refused",
					`speaks TLS but refuses every handshake: ${refusal}. Its own log says why; often a certificate is missing, or the server name (servername) is not that of a site.`,
				)
			: new ProbeError(
					"closed",
					"closes the connection on the ClientHello without sending an alert. Check the port and the protocol (starttls); a firewall or an access list may also do this.",
				);
	}
}

/** A message as part of a sentence. */
export function phrase({ message }: ProbeError): string {
	return message.replace(/\.$/, "");
}
