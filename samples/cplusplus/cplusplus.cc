// SPDX-License-Identifier: Apache-2.0

// cplusplus - a handler in C++: it counts the words of the event with the standard
// library. Handler and hook are extern "C"; no exception leaves them.

#include <lamb/lamb.h>

#include <cstring>
#include <exception>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace
{

std::string
count_words(const std::string &text)
{
    std::map<std::string, unsigned> counts;
    std::istringstream words(text);
    std::ostringstream out;
    const char *separator = "";

    for (std::string word; words >> word;) {
        for (char c : word)
            if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ')
                throw std::invalid_argument("words may not hold quotes or escapes");
        counts[word]++;
    }
    out << '{';
    for (const auto &entry : counts) {
        out << separator << '"' << entry.first << "\":" << entry.second;
        separator = ",";
    }
    out << '}';
    return out.str();
}

} // namespace

extern "C" int
handler(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    while (event.len && std::strchr(" \t\r\n", event.ptr[event.len - 1]))
        event.len--; // a file ends with a line's end
    if (event.len < 2 || event.ptr[0] != '"' || event.ptr[event.len - 1] != '"')
        return lamb_fail(inv, "BadEvent", "expected a JSON string");
    try {
        std::string answer = count_words(std::string(event.ptr + 1, event.len - 2));

        return lamb_reply(inv, answer.data(), answer.size());
    } catch (const std::exception &e) {
        return lamb_fail(inv, "BadEvent", "%s", e.what());
    }
}
