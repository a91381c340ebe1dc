/* SPDX-License-Identifier: Apache-2.0 */

/* config_layers - the layers of a function: which there are, and in which order. */

#include <stdlib.h>

#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_layers.h"
#include "sdk/base/auto.h"

enum { LAYERS_MAX = 5 };

/* Two versions of one layer? ARNs differ behind the last colon only. */
static bool
is_same_layer(const char *a, const char *b)
{
    size_t n = (size_t)(strrchr(a, ':') - a);

    return n == (size_t)(strrchr(b, ':') - b) && strncmp(a, b, n) == 0;
}

static bool
check_layers(struct op *op, const json_t *layers)
{
    if (json_array_size(layers) > LAYERS_MAX) { /* 55 */
        op_refuse(op, "InvalidParameterValueException",
                  "Cannot reference more than %d layers.", LAYERS_MAX);
        return false;
    }
    for (size_t i = 0; i < json_array_size(layers); i++)
        for (size_t k = i + 1; k < json_array_size(layers); k++) {
            const char *a = json_string_value(json_array_get(layers, i));
            const char *b = json_string_value(json_array_get(layers, k));

            if (!is_same_layer(a, b))
                continue;
            op_refuse(op, "InvalidParameterValueException", /* 56 */
                      "Two different versions of the same layer are not allowed to be "
                      "referenced in the same function. %s and %s are versions of the "
                      "same layer.",
                      a, b);
            return false;
        }
    return true;
}

/* The version that ARN names; NULL: it is answered. */
static json_t *
find_layer(struct op *op, const char *arn)
{
    struct layer_name name;
    json_t *layer = NULL;

    if (layer_name_parse(arn, &name) && name.region[0] &&
        strcmp(name.region, op->key.region) != 0) {
        op_refuse(op, "InvalidParameterValueException", /* 59 */
                  "Layers are not in the same region as the function. Layers are "
                  "expected to be in region %s.",
                  op->key.region);
        return NULL;
    }
    if (layer_name_parse(arn, &name))
        layer = layer_find(op, &name);
    if (!layer)
        op_refuse(op, "InvalidParameterValueException", /* 57 */
                  "Layer version %s does not exist.", arn);
    return layer;
}

bool
config_read_layers(struct op *op, json_t *config, const json_t *layers)
{
    json_t *shown = json_array();
    json_t *digests = json_array();
    const json_t *item;
    size_t i;

    if (!check_layers(op, layers)) {
        json_decref(shown);
        json_decref(digests);
        return false;
    }
    json_array_foreach((json_t *)(uintptr_t)layers, i, item)
    {
        json_t *layer = find_layer(op, json_string_value(item));

        if (!layer) {
            json_decref(shown);
            json_decref(digests);
            return false;
        }
        (void)json_array_append_new(
            shown, json_pack("{s:s, s:O}", "Arn", json_string_value(item), "CodeSize",
                             json_object_get(layer, "CodeSize")));
        (void)json_array_append(digests, json_object_get(layer, "Digest"));
    }
    if (json_array_size(shown))
        (void)json_object_set(config, "Layers", shown);
    else
        (void)json_object_del(config, "Layers");
    json_decref(shown);
    (void)json_object_set_new(json_object_get(config, "lamb"), "LayerDigests", digests);
    return true;
}
