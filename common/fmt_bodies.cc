// The bodies of fmt's functions, once for the whole program: Debian has no
// static libfmt, and header-only fmt is half of the compiler's work.

#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

// Declared extern in fmt's headers, and defined in its own library.
template FMT_API void buffer<char>::append(const char*, const char*);
template FMT_API void vformat_to(buffer<char>&, string_view,
                                 basic_format_args<FMT_BUFFER_CONTEXT(char)>,
                                 locale_ref);
template FMT_API std::locale locale_ref::get<std::locale>() const;
template FMT_API thousands_sep_result<char> thousands_sep_impl(locale_ref);
template FMT_API char decimal_point_impl(locale_ref);
template FMT_API dragonbox::decimal_fp<float> dragonbox::to_decimal(
    float) noexcept;
template FMT_API dragonbox::decimal_fp<double> dragonbox::to_decimal(
    double) noexcept;

}  // namespace detail
FMT_END_NAMESPACE
