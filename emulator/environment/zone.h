/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_ZONE_H
#define LAMB_EMULATOR_ENVIRONMENT_ZONE_H

/*
 * zone - the id of an availability zone: which one an environment says it is in.
 *
 * An id is a short form of the region's name and a number: us-east-1 has use1-az1 and
 * further ones, ap-southeast-2 has apse2-az1. Every region has at least three.
 *
 * Source: AWS RAM user guide, Availability Zone IDs.
 *
 * Owns:    nothing.
 * Never:   asks anybody: the zone is a choice, the same for the same KEY.
 * Threads: any.
 */

#include "sdk/base/span.h"

enum { ZONE_ID_SIZE = 32 };

/* Write the id of one of REGION's zones, which KEY chooses. A name that does not look
 * like a region's is kept as it is: "home" has home-az1. */
void zone_of(const char *region, struct lamb_span key, char ret[ZONE_ID_SIZE]);

#endif
