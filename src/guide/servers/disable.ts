/** A GnuTLS priority string without finite-field Diffie-Hellman in any version of TLS (GnuTLS manual, "Priority strings"). */
export const GNUTLS_OFF = "NORMAL:-DHE-RSA:-DHE-DSS:-GROUP-DH-ALL";

/**
 * OpenSSL's groups of TLS 1.3 without the finite-field ones, which it agrees to when a client offers nothing else (seen
 * with OpenSSL 3.0). A list in the configuration also leaves out what later versions of OpenSSL add to theirs.
 */
export const TLS13_CURVES = "X25519:P-256:P-384";

export const TLS13_NOTE =
	"The line for TLS 1.3 is a fixed list: with OpenSSL 3.5 and later, put X25519MLKEM768 in front of it, or hybrid key exchange is lost.";
