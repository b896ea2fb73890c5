/** AlertDescription, RFC 8446 section 6 and the earlier versions of TLS. */
const ALERTS: Readonly<Record<number, string>> = {
	0: "close_notify",
	10: "unexpected_message",
	20: "bad_record_mac",
	22: "record_overflow",
	40: "handshake_failure",
	42: "bad_certificate",
	43: "unsupported_certificate",
	47: "illegal_parameter",
	49: "access_denied",
	50: "decode_error",
	51: "decrypt_error",
	60: "export_restriction",
	70: "protocol_version",
	71: "insufficient_security",
	80: "internal_error",
	86: "inappropriate_fallback",
	90: "user_canceled",
	100: "no_renegotiation",
	109: "missing_extension",
	110: "unsupported_extension",
	112: "unrecognized_name",
	116: "certificate_required",
	120: "no_application_protocol",
};

/** An alert as logs show it: "alert 40, handshake_failure". */
export function describeAlert(description: number): string {
	return `alert ${description}, ${ALERTS[description] ?? "not assigned"}`;
}
