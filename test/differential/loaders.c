/*
 * What libcrypto, libgnutls and libmbedcrypto load as DH parameters from each of many files, and sshd as its table.
 *
 * Standard input: for each file its length (four bytes, big-endian) and its bytes.
 * Standard output: for each file one line with "loader=p,g" (lowercase hexadecimal) for each loader that loads
 * something, separated by spaces. A loader that refuses the file is left out; sshd stands there for each group.
 *
 * Files reach libcrypto as a server opens them, through stdio (fgets ends a line at NUL), and from memory.
 */
#define _GNU_SOURCE
#define OPENSSL_SUPPRESS_DEPRECATED
#include <gnutls/gnutls.h>
#include <mbedtls/dhm.h>
#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char *file;
static size_t file_size;

static BIO *through_stdio(void) {
	FILE *stream = fmemopen((void *)file, file_size, "r");
	BIO *bio = stream == NULL ? NULL : BIO_new_fp(stream, BIO_CLOSE);
	if (bio == NULL) exit(3);
	return bio;
}

static BIO *from_memory(void) {
	BIO *bio = BIO_new_mem_buf(file, (int)file_size);
	if (bio == NULL) exit(3);
	return bio;
}

static void print_group(const char *loader, const BIGNUM *p, const BIGNUM *g) {
	if (p == NULL || g == NULL) return;
	char *p_hex = BN_bn2hex(p), *g_hex = BN_bn2hex(g);
	printf("%s=%s,%s ", loader, p_hex, g_hex);
	OPENSSL_free(p_hex);
	OPENSSL_free(g_hex);
}

static void print_dh(const char *loader, DH *dh) {
	if (dh == NULL) return;
	print_group(loader, DH_get0_p(dh), DH_get0_g(dh));
	DH_free(dh);
}

/* As servers use it: only a key of type DH or DHX becomes the group of a server. */
static void print_pkey(const char *loader, EVP_PKEY *pkey) {
	if (pkey == NULL) return;
	if (EVP_PKEY_is_a(pkey, "DH") || EVP_PKEY_is_a(pkey, "DHX")) {
		BIGNUM *p = NULL, *g = NULL;
		EVP_PKEY_get_bn_param(pkey, "p", &p);
		EVP_PKEY_get_bn_param(pkey, "g", &g);
		print_group(loader, p, g);
		BN_free(p);
		BN_free(g);
	}
	EVP_PKEY_free(pkey);
}

static void dhparams(const char *loader, BIO *bio) {
	print_dh(loader, PEM_read_bio_DHparams(bio, NULL, NULL, NULL));
	BIO_free(bio);
}

static void parameters(const char *loader, BIO *bio) {
	print_pkey(loader, PEM_read_bio_Parameters(bio, NULL));
	BIO_free(bio);
}

/* apps/dhparam.c, and Postfix in src/tls/tls_dh.c: any type of key for PEM, DH and then DHX for DER. */
static void decoder(const char *loader, BIO *bio, const char *format, const char *type, int selection) {
	EVP_PKEY *pkey = NULL;
	OSSL_DECODER_CTX *context =
		OSSL_DECODER_CTX_new_for_pkey(&pkey, format, NULL, type, selection, NULL, NULL);
	if (context != NULL) OSSL_DECODER_from_bio(context, bio);
	OSSL_DECODER_CTX_free(context);
	BIO_free(bio);
	print_pkey(loader, pkey);
}

static void der(void) {
	const unsigned char *at = file;
	print_dh("d2i_DHparams", d2i_DHparams(NULL, &at, (long)file_size));
	at = file;
	print_dh("d2i_DHxparams", d2i_DHxparams(NULL, &at, (long)file_size));
}

static void print_raw(const gnutls_datum_t *number, const char *end) {
	unsigned int start = 0;
	while (start + 1 < number->size && number->data[start] == 0) start++;
	for (unsigned int i = start; i < number->size; i++) printf("%02X", number->data[i]);
	fputs(end, stdout);
}

static void gnutls(const char *loader, gnutls_x509_crt_fmt_t format) {
	gnutls_dh_params_t parameters;
	gnutls_datum_t all = {(unsigned char *)file, (unsigned int)file_size}, p, g;
	unsigned int bits;
	if (gnutls_dh_params_init(&parameters) != 0) exit(3);
	if (gnutls_dh_params_import_pkcs3(parameters, &all, format) == 0 &&
		gnutls_dh_params_export_raw(parameters, &p, &g, &bits) == 0) {
		printf("%s=", loader);
		print_raw(&p, ",");
		print_raw(&g, " ");
		gnutls_free(p.data);
		gnutls_free(g.data);
	}
	gnutls_dh_params_deinit(parameters);
}

static void mbedtls(void) {
	mbedtls_dhm_context context;
	mbedtls_dhm_init(&context);
	/* PEM with the NUL behind it, as mbedtls_dhm_parse_dhmfile gives it; otherwise it is taken for DER. */
	if (mbedtls_dhm_parse_dhm(&context, file, file_size + 1) == 0 ||
		mbedtls_dhm_parse_dhm(&context, file, file_size) == 0) {
		char p_hex[20000], g_hex[20000];
		size_t length;
		if (mbedtls_mpi_write_string(&context.P, 16, p_hex, sizeof p_hex, &length) == 0 &&
			mbedtls_mpi_write_string(&context.G, 16, g_hex, sizeof g_hex, &length) == 0)
			printf("mbedtls=%s,%s ", p_hex, g_hex);
	}
	mbedtls_dhm_free(&context);
}

/*
 * sshd offers no interface to its reader of moduli(5). This follows what parse_prime of OpenSSH 9.2 (dh.c) accepts;
 * test/servers/sshd.test.ts compares it with the real sshd.
 */
static char *sshd_word(char **rest) {
	const char *blanks = " \t\r\n";
	char *word = *rest;
	int seen_equals = 0;
	if (word == NULL) return NULL;
	if ((*rest = strpbrk(word, " \t\r\n\"=")) == NULL) return word;
	if (**rest == '"') {
		memmove(*rest, *rest + 1, strlen(*rest));
		if ((*rest = strchr(*rest, '"')) == NULL) return NULL;
		**rest = 0;
		*rest += strspn(*rest + 1, blanks) + 1;
		return word;
	}
	seen_equals = **rest == '=';
	**rest = 0;
	*rest += strspn(*rest + 1, blanks) + 1;
	if (**rest == '=' && !seen_equals) *rest += strspn(*rest + 1, blanks) + 1;
	return word;
}

static long long sshd_number(char **rest, long long most) {
	char *word = strsep(rest, " "), *end;
	if (word == NULL || *rest == NULL || *word == 0) return -1;
	long long number = strtoll(word, &end, 10);
	return end == word || *end != 0 || number < 0 || number > most ? -1 : number;
}

static void sshd_line(const char *loader, char *line) {
	char *rest = line, *word = sshd_word(&rest);
	if (word == NULL) return;
	if (*word == 0) word = sshd_word(&rest);
	if (word == NULL || *word == 0 || *word == '#') return;
	if (rest == NULL || *rest == 0 || sshd_number(&rest, 5) != 2) return;
	long long tests = sshd_number(&rest, 0x1f);
	if (tests < 0 || (tests & 1) || !(tests & ~1)) return;
	if (sshd_number(&rest, 1LL << 30) <= 0) return;
	long long size = sshd_number(&rest, 64 * 1024);
	char *generator = strsep(&rest, " "), *prime = strsep(&rest, " ");
	if (size <= 0 || generator == NULL || prime == NULL || rest != NULL) return;
	BIGNUM *p = NULL, *g = NULL;
	if (BN_hex2bn(&g, generator) != 0 && BN_hex2bn(&p, prime) != 0 && BN_num_bits(p) == size + 1 && !BN_is_zero(g) &&
		!BN_is_one(g))
		print_group(loader, p, g);
	BN_free(p);
	BN_free(g);
}

static void sshd(void) {
	FILE *stream = fmemopen((void *)file, file_size, "r");
	char *line = NULL, piece[4096];
	size_t size = 0;
	while (getline(&line, &size, stream) != -1) sshd_line("sshd", line);
	free(line);
	/* Older versions read lines in pieces. */
	rewind(stream);
	while (fgets(piece, sizeof piece, stream) != NULL) sshd_line("sshd(pieces)", piece);
	fclose(stream);
}

int main(void) {
	/* An encrypted key asks for its passphrase; nobody answers. */
	UI_set_default_method(UI_null());
	unsigned char length[4];
	const int domain = OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS, all = EVP_PKEY_KEY_PARAMETERS;
	while (fread(length, 1, 4, stdin) == 4) {
		file_size = (size_t)length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3];
		unsigned char *bytes = malloc(file_size + 1);
		if (bytes == NULL || fread(bytes, 1, file_size, stdin) != file_size) return 2;
		bytes[file_size] = 0;
		file = bytes;
		if (file_size > 0) {
			dhparams("PEM_read_bio_DHparams", through_stdio());
			dhparams("PEM_read_bio_DHparams(memory)", from_memory());
			parameters("PEM_read_bio_Parameters", through_stdio());
			parameters("PEM_read_bio_Parameters(memory)", from_memory());
			decoder("dhparam", through_stdio(), "PEM", NULL, domain);
			decoder("dhparam-inform-DER", through_stdio(), "DER", "DH", domain);
			decoder("dhparam-inform-DER(DHX)", through_stdio(), "DER", "DHX", domain);
			decoder("decoder", through_stdio(), NULL, NULL, all);
			decoder("decoder(DH)", through_stdio(), NULL, "DH", domain);
			decoder("decoder(PEM/DH)", through_stdio(), "PEM", "DH", domain);
			der();
			gnutls("gnutls(PEM)", GNUTLS_X509_FMT_PEM);
			gnutls("gnutls(DER)", GNUTLS_X509_FMT_DER);
			mbedtls();
			sshd();
			ERR_clear_error();
		}
		putchar('\n');
		fflush(stdout);
		free(bytes);
	}
	return 0;
}
