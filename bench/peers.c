/*
 * What the kernel is measured against: one modular power in OpenSSL and in GMP.
 *
 * For each line "base modulus" in hexadecimal on standard input, raises base to modulus - 1 and prints the times of
 * BN_mod_exp_mont, BN_mod_exp_mont_word (base 2) and mpz_powm in ms, and whether they agree.
 *
 *   cc -O2 bench/peers.c -o peers -lcrypto -lgmp      (Debian: libssl-dev libgmp-dev)
 */
#include <gmp.h>
#include <openssl/bn.h>
#include <openssl/opensslv.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(void) {
	static char base_hex[5000], modulus_hex[5000], gmp_hex[5000];
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *base = NULL, *modulus = NULL, *exponent = BN_new(), *power = BN_new();
	mpz_t b, e, m, r;
	mpz_inits(b, e, m, r, NULL);

	printf("%s, GMP %s\n", OPENSSL_VERSION_TEXT, gmp_version);
	fflush(stdout);
	while (scanf("%4999s %4999s", base_hex, modulus_hex) == 2) {
		BN_hex2bn(&base, base_hex);
		BN_hex2bn(&modulus, modulus_hex);
		BN_sub(exponent, modulus, BN_value_one());
		mpz_set_str(b, base_hex, 16);
		mpz_set_str(m, modulus_hex, 16);
		mpz_sub_ui(e, m, 1);
		BN_MONT_CTX *mont = BN_MONT_CTX_new();
		BN_MONT_CTX_set(mont, modulus, ctx);

		double start = now();
		BN_mod_exp_mont_word(power, 2, exponent, modulus, ctx, mont);
		double word = now() - start;
		start = now();
		BN_mod_exp_mont(power, base, exponent, modulus, ctx, mont);
		double openssl = now() - start;
		start = now();
		mpz_powm(r, b, e, m);
		double gmp = now() - start;

		BIGNUM *reference = NULL;
		mpz_get_str(gmp_hex, 16, r);
		BN_hex2bn(&reference, gmp_hex);
		printf("%f %f %f %s\n", openssl, word, gmp, BN_cmp(reference, power) ? "differ" : "agree");
		fflush(stdout);
		BN_free(reference);
		BN_MONT_CTX_free(mont);
	}
	return 0;
}
