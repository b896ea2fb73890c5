import { InvalidArgumentError } from "../errors.js";

/** Digits only: "1e3", "0x800", "-5", "2048.0" and "" are none. */
export function wholeNumber(name: string, text: string): number {
	if (!/^\d{1,15}$/.test(text)) {
		throw new InvalidArgumentError(
			`${name} is "${text}"; it must be a whole number in plain digits.`,
		);
	}
	return Number(text);
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
