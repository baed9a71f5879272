/* SPDX-License-Identifier: Apache-2.0 */
/* api.h - marks what libilp exports; everything unmarked stays inside. C++
 * may include every header that is installed. */
#ifndef ILP_API_H
#define ILP_API_H

#ifdef __cplusplus
#define ILP_BEGIN_DECLS extern "C" {
#define ILP_END_DECLS }
#else
#define ILP_BEGIN_DECLS
#define ILP_END_DECLS
#endif

#if defined(__GNUC__)
#define ILP_API __attribute__((visibility("default")))
#define ILP_MUST_USE __attribute__((warn_unused_result))
#else
#define ILP_API
#define ILP_MUST_USE
#endif

#endif
