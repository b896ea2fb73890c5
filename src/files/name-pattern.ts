/** Names of files that are made of parts and recognised by them, from one definition. */
export interface NamePattern {
	/** The name with these parts. */
	of(...parts: readonly (string | number)[]): string;
	/** The parts of a name; undefined for a name of another form. */
	partsOf(name: string): string[] | undefined;
}

/**
 * A template in which each part stands as its regular expression, without groups of its own that capture.
 *
 * @example
 * const LOG = namePattern`server-${/\d+/}.log`;
 * LOG.of(7); // "server-7.log"
 * LOG.partsOf("server-7.log"); // ["7"]
 */
export function namePattern(
	texts: TemplateStringsArray,
	...parts: readonly RegExp[]
): NamePattern {
	const sources = texts.map(
		(text, i) => literally(text) + (parts[i] ? `(${parts[i].source})` : ""),
	);
	const whole = new RegExp(`^${sources.join("")}$`);
	return {
		of: (...values) =>
			texts.map((text, i) => `${text}${values[i] ?? ""}`).join(""),
		partsOf: (name) => whole.exec(name)?.slice(1),
	};
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
