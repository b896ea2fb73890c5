import { InvalidArgumentError } from "../errors.js";

/** Digits only: "1e3", "0x800", "-5", "2048.0" and "" are none; nor is "04000", which OpenSSL reads as octal. */
export function wholeNumber(name: string, text: string): number {
	if (!/^(0|[1-9]\d{0,14})$/.test(text)) {
		throw new InvalidArgumentError(
			`${name} is "${text}"; it must be a whole number in plain digits.`,
		);
	}
	return Number(text);
}

/** How openssl names an encoding; in lowercase too. */
export type Form = "PEM" | "DER";

/** @throws {@link InvalidArgumentError} for another encoding */
export function formOf(name: string, text: string): Form {
	const form = text.toUpperCase();
	if (form === "PEM" || form === "DER") return form;
	throw new InvalidArgumentError(
		`${name} is "${text}"; it must be PEM or DER.`,
	);
}

/** The value of an option, read from its text where it is given. */
export function ifGiven<Value>(
	text: string | undefined,
	read: (text: string) => Value,
): Value | undefined {
	return text === undefined ? undefined : read(text);
}

/** As {@link wholeNumber}, for an option that need not be given. */
export function wholeNumberIfGiven(
	name: string,
	text: string | undefined,
): number | undefined {
	return ifGiven(text, (given) => wholeNumber(name, given));
}

/** For an option's value that may be given once only: Commander itself would keep the last in silence. */
export function once(flag: string) {
	return (value: string, previous: string | undefined): string => {
		if (previous !== undefined) {
			throw new InvalidArgumentError(
				`${flag} is given twice, as "${previous}" and "${value}"; give it once.`,
			);
		}
		return value;
	};
}
