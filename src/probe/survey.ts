import { ProbeError } from "../errors.js";
import { Connection } from "./connection.js";
import { type Agreement, handshake } from "./handshake.js";
import {
	DHE,
	EXPORT_DHE,
	FFDHE,
	LEGACY_DHE,
	MODERN,
	type Offer,
} from "./offers.js";
import { startTls } from "./starttls/starttls.js";
import type { Target } from "./target.js";

/** The server would not have it: an alert, or the end of the connection. */
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
	readonly modern: Agreement | Refusal;
	readonly dhe: Agreement | Refusal;
	/** A second time, to see what repeats; only after an agreement. */
	readonly dheAgain?: Agreement | Refusal | NoAnswer;
	readonly exportDhe: Agreement | Refusal | NoAnswer;
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
 * @throws {ProbeError} where the server cannot be reached, is not led to TLS, or refuses everything.
 */
export async function survey(
	target: Target,
	options: SurveyOptions,
): Promise<Survey> {
	const interview = new Interview(target, options);
	const modern = await interview.ask(MODERN);
	let dhe = await interview.ask(DHE);
	if (isRefusal(modern) && isRefusal(dhe)) {
		dhe = await interview.ask(LEGACY_DHE);
	}
	const knowsTls13 = isRefusal(modern) || modern.version === "TLSv1.3";
	const ffdhe = knowsTls13 ? await interview.askAlso(FFDHE) : undefined;
	if (isRefusal(modern) && isRefusal(dhe) && !isAgreement(ffdhe)) {
		throw interview.refusedEverything(modern);
	}
	const dheAgain = isRefusal(dhe) ? undefined : await interview.askAlso(DHE);
	const exportDhe = await interview.askAlso(EXPORT_DHE);
	return {
		address: interview.address,
		...(interview.greeting === undefined
			? {}
			: { greeting: interview.greeting }),
		modern,
		dhe,
		...(dheAgain === undefined ? {} : { dheAgain }),
		exportDhe,
		...(ffdhe === undefined ? {} : { ffdhe }),
	};
}

export function isAgreement(
	reply: Agreement | Refusal | NoAnswer | undefined,
): reply is Agreement {
	return reply !== undefined && "suite" in reply;
}

function isRefusal(reply: Agreement | Refusal): reply is Refusal {
	return "refusal" in reply;
}

/** The connections to one server, all to the address that the first one reached. */
class Interview {
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
					`speaks TLS but refuses every handshake: ${refusal}. Its own log says why; often a certificate is missing or --servername has to name a site.`,
				)
			: new ProbeError(
					"closed",
					"closes the connection on a TLS hello, without a word. Check the port and --starttls; a firewall or an access list may also do this.",
				);
	}
}

/** A message as part of a sentence. */
function phrase({ message }: ProbeError): string {
	return message.replace(/\.$/, "");
}
