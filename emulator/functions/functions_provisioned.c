/* SPDX-License-Identifier: Apache-2.0 */

/*
 * functions_provisioned - which version keeps the environments that are provisioned.
 *
 * They are set on a version or on an alias; those of an alias stand at the version that
 * it leads to (but for its weights), and move with it.
 */

#include <errno.h>
#include <jansson.h>

#include "emulator/functions/functions_internal.h"
#include "sdk/base/auto.h"

/* The version itself, or the one that the alias leads to. Borrowed from FNS or KEY. */
static struct function_key
lead_of(struct functions *fns, const struct function_key *key)
{
    const struct document_key alias = { key->account, key->region, "alias", key->name,
                                        key->version };
    const char *version = json_string_value(json_object_get(
        catalog_find(functions_catalog(fns), &alias), "FunctionVersion"));
    struct function_key lead = *key;

    if (version)
        lead.version = version;
    return lead;
}

struct sum {
    struct functions *fns;
    const char *version;
    int64_t amount;
};

static void
add(void *data, struct provisioned *p)
{
    struct sum *sum = data;

    if (strcmp(lead_of(sum->fns, &p->key).version, sum->version) == 0)
        sum->amount += p->amount;
}

void
functions_provision(struct functions *fns, const struct function_key *key)
{
    struct fleet *fleet = functions_fleet(fns, key);
    struct sum sum = { fns, key->version, 0 };

    if (!fleet || functions_are_stopping(fns))
        return;
    capacity_each(functions_capacity(fns), key, add, &sum);
    if (!sum.amount && !fleet_warm(fleet))
        return;
    /* An environment that cannot be kept is the version's affair: its status tells. */
    (void)fleet_provision(fleet, (size_t)sum.amount);
}

void
functions_on_provisioned(void *data, const struct provisioned *p)
{
    struct functions *fns = data;
    const struct function_key lead = lead_of(fns, &p->key);

    functions_provision(fns, &lead);
}

bool
functions_is_provisioned_otherwise(struct functions *fns,
                                   const struct function_key *key)
{
    const struct document_key aliases = { key->account, key->region, "alias", key->name,
                                          NULL };
    struct function_key other = lead_of(fns, key);
    size_t n;
    const struct document *all = catalog_range(functions_catalog(fns), &aliases, &n);

    if (strcmp(other.version, key->version) != 0)
        return capacity_find(functions_capacity(fns), &other) != NULL;
    for (size_t i = 0; i < n; i++) {
        other.version = all[i].sub;
        if (strcmp(lead_of(fns, &other).version, key->version) == 0 &&
            capacity_find(functions_capacity(fns), &other))
            return true;
    }
    return false;
}

int
functions_put_alias(struct functions *fns, const struct function_key *alias,
                    const char *key, json_t *body)
{
    struct function_key before = lead_of(fns, alias);
    struct function_key after;
    LAMB_AUTOFREE char *version = lamb_span_dup(lamb_span_str(before.version));
    int r = version ? catalog_put(functions_catalog(fns), key, body) : -ENOMEM;

    if (r || !capacity_find(functions_capacity(fns), alias))
        return r;
    before.version = version; /* the old text is gone */
    after = lead_of(fns, alias);
    if (strcmp(before.version, after.version) == 0)
        return 0;
    functions_provision(fns, &before);
    functions_provision(fns, &after);
    return 0;
}

void
functions_remove_alias(struct functions *fns, const struct function_key *alias,
                       const char *key)
{
    capacity_forget(functions_capacity(fns), alias, false);
    catalog_remove(functions_catalog(fns), key);
}

void
functions_warm_status(struct functions *fns, const struct provisioned *p,
                      struct warm_status *ret)
{
    const struct function_key lead = lead_of(fns, &p->key);
    struct fleet *fleet = functions_fleet(fns, &lead);
    const struct warm *warm = fleet ? fleet_warm(fleet) : NULL;

    *ret = (struct warm_status){ .has_failed = true };
    if (warm)
        warm_status(warm, ret);
    if (ret->ready > (size_t)p->amount)
        ret->ready = (size_t)p->amount; /* the others are another alias's */
}
