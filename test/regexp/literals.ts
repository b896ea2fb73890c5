/** A regular expression that stands in a source file. */
export interface RegExpLiteral {
	readonly expression: RegExp;
	readonly line: number;
}

// Behind these a slash begins an expression, and does not divide.
const BEFORE_EXPRESSION =
	/(?:^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\bcase|=>)\s*$/;

/** The regular expressions of TypeScript source: outside comments and strings, inside the braces of templates too. */
export function regExpLiterals(source: string): RegExpLiteral[] {
	const found: RegExpLiteral[] = [];
	// For each template that is open, how many braces are open in its current expression.
	const templates: number[] = [];
	let at = 0;
	const skipTo = (end: string) => {
		const place = source.indexOf(end, at);
		at = place === -1 ? source.length : place + end.length;
	};
	const skipString = (quote: string) => {
		for (at++; at < source.length && source[at] !== quote; at++) {
			if (source[at] === "\\") at++;
		}
		at++;
	};
	const skipTemplate = () => {
		for (; at < source.length; at++) {
			if (source[at] === "\\") at++;
			else if (source[at] === "`") {
				at++;
				return;
			} else if (source.startsWith("${", at)) {
				at += 2;
				templates.push(0);
				return;
			}
		}
	};
	if (source.startsWith("#!")) skipTo("\n");
	while (at < source.length) {
		const character = source[at] as string;
		if (source.startsWith("//", at)) skipTo("\n");
		else if (source.startsWith("/*", at)) skipTo("*/");
		else if (character === '"' || character === "'") skipString(character);
		else if (character === "`") {
			at++;
			skipTemplate();
		} else if (
			character === "/" &&
			BEFORE_EXPRESSION.test(source.slice(Math.max(0, at - 40), at))
		) {
			const line = source.slice(0, at).split("\n").length;
			const [expression, length] = literalAt(source, at);
			found.push({ expression, line });
			at += length;
		} else {
			const open = templates.length - 1;
			if (character === "{" && open >= 0) {
				templates[open] = (templates[open] as number) + 1;
			}
			at++;
			if (character === "}" && open >= 0) {
				if (templates[open] === 0) {
					templates.pop();
					skipTemplate();
				} else templates[open] = (templates[open] as number) - 1;
			}
		}
	}
	return found;
}

function literalAt(source: string, start: number): [RegExp, number] {
	let inClass = false;
	let at = start + 1;
	for (; inClass || source[at] !== "/"; at++) {
		if (source[at] === "\\") at++;
		else if (source[at] === "[") inClass = true;
		else if (source[at] === "]") inClass = false;
		if (at >= source.length || source[at] === "\n") {
			throw new Error(
				`No expression ends in ${source.slice(start, start + 40)}`,
			);
		}
	}
	const [flags] = /^[a-z]*/.exec(source.slice(at + 1)) as RegExpExecArray;
	const expression = new RegExp(source.slice(start + 1, at), flags);
	return [expression, at + 1 - start + flags.length];
}
