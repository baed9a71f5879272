// SPDX-License-Identifier: Apache-2.0
// cplusplus.cc - every header of the library in a C++ program that links.
#include <ilp/address.h>
#include <ilp/amount.h>
#include <ilp/api.h>
#include <ilp/auth.h>
#include <ilp/btp.h>
#include <ilp/ccp.h>
#include <ilp/code.h>
#include <ilp/condition.h>
#include <ilp/crypto.h>
#include <ilp/describe.h>
#include <ilp/error.h>
#include <ilp/ildcp.h>
#include <ilp/jwt.h>
#include <ilp/oer.h>
#include <ilp/packet.h>
#include <ilp/peer.h>
#include <ilp/ping.h>
#include <ilp/rate.h>
#include <ilp/spsp.h>
#include <ilp/timestamp.h>
#include <ilp/url.h>
#include <ilp/stream/frame.h>
#include <ilp/stream/keys.h>
#include <ilp/stream/packet.h>
#include <ilp/stream/receipt.h>
#include <ilp/stream/token.h>

int main()
{
	return ilp_address_valid(ilp_text("g.alice")) ? ilp_error_text(ILP_OK)[0] == '\0' : 1;
}
