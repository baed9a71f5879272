/* SPDX-License-Identifier: Apache-2.0 */
/* api.h - marks what libilp exports; everything unmarked stays inside. */
#ifndef ILP_API_H
#define ILP_API_H

#if defined(__GNUC__)
#define ILP_API __attribute__((visibility("default")))
#define ILP_MUST_USE __attribute__((warn_unused_result))
#else
#define ILP_API
#define ILP_MUST_USE
#endif

#endif
