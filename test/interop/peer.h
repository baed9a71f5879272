/* SPDX-License-Identifier: Apache-2.0 */
/* peer.h - what the files of codec_peer have in common: how a command gets its
 * arguments out of a request, how it answers, and the commands themselves.
 */
#ifndef TEST_INTEROP_PEER_H
#define TEST_INTEROP_PEER_H

#include "base/json.h"
#include "ilp/oer.h"
#include "ilp/stream/keys.h"

/* Made once, and good for every request. */
extern struct ilp_crypto *crypto;
extern struct ilp_stream_keys *keys;

/* Arguments. What is not as it should be is a mistake of the script, and ends
 * the program. */

_Noreturn void give_up(const char *why, struct ilp_bytes what);

/* Room that lasts as long as the request. */
uint8_t *take(size_t len);

bool is(struct ilp_bytes text, const char *word);
struct ilp_bytes from_hex(struct ilp_bytes text);

/* So many bytes and no other number of them. */
const uint8_t *fixed(struct ilp_bytes text, size_t len);

/* Good until the next call, and the integers below are such calls. */
const struct ilp_json_node *from_json(struct ilp_bytes text);

uint64_t u64_arg(struct ilp_bytes text);
int64_t i64_arg(struct ilp_bytes text);

/* Members of JSON objects, which must be there. */

struct ilp_bytes string(const struct ilp_json_node *node);
struct ilp_bytes text_of(const struct ilp_json_node *object, const char *key);
struct ilp_bytes hex_of(const struct ilp_json_node *object, const char *key);
void fixed_of(const struct ilp_json_node *object, const char *key, uint8_t *out,
	      size_t len);

/* A 64-bit integer, which is a string. */
uint64_t u64_of(const struct ilp_json_node *object, const char *key);

/* An integer of up to 32 bits, which is a number. */
uint32_t u32_of(const struct ilp_json_node *object, const char *key,
		uint32_t max);

/* Milliseconds, which are a number. */
int64_t moment_of(const struct ilp_json_node *object, const char *key);

/* Answers */

void put(struct ilp_writer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void put_hex(struct ilp_writer *out, struct ilp_bytes bytes);

/* An ILP packet, as ilp_describe_packet has it. */
enum ilp_error describe(struct ilp_writer *out, struct ilp_bytes packet);

/* The commands: what they are called in a request, and how many arguments they
 * have, is in the table of codec_peer.c. */
typedef enum ilp_error peer_command(struct ilp_bytes *arg,
				    struct ilp_writer *out);

/* peer_oer.c */
peer_command decode_uint, decode_int, decode_length, encode_length,
	decode_varuint, encode_varuint, decode_saturated, decode_varint,
	encode_varint, decode_octets, encode_octets, decode_timestamp,
	encode_timestamp, decode_generalized_time, encode_generalized_time;

/* peer_packets.c */
peer_command decode_packet, decode_prepare, encode_prepare, edit_prepare,
	decode_fulfill, encode_fulfill, decode_reject, encode_reject,
	decode_too_large, encode_too_large, decode_btp, encode_btp;

/* peer_protocols.c */
peer_command decode_ildcp, encode_ildcp, decode_echo, encode_echo,
	decode_control, encode_control, decode_update, encode_update,
	check_request, encode_request, check_response, encode_response;

/* peer_stream.c */
peer_command decode_stream, encode_stream, stream_seal, stream_open,
	stream_fulfillment, condition, condition_check, decode_receipt,
	encode_receipt, verify_receipt, token_issue, token_open, token_secret;

/* peer_texts.c */
peer_command check_address, has_prefix, pointer_url, sha256, hmac, cipher_open,
	known_values, jwt_verify, jwt_sign, jwt_subject;

#endif
