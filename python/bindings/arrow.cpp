// Tables to pandas, polars and pyarrow through the Arrow PyCapsule interface. Every exported struct owns a share of the
// table, because consumers may move a child out and keep it after the parent is released.
#include "arrow.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "bindings.hpp"

namespace hybridcare::bindings {
namespace {

struct SchemaKeep {
  std::string format, name, metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ArrowSchema dictionary{};
};

void release_schema(ArrowSchema* schema) {
  for (std::int64_t c = 0; c < schema->n_children; ++c) {
    if (schema->children[c]->release != nullptr) schema->children[c]->release(schema->children[c]);
  }
  if (schema->dictionary != nullptr && schema->dictionary->release != nullptr) {
    schema->dictionary->release(schema->dictionary);
  }
  delete static_cast<SchemaKeep*>(schema->private_data);
  schema->release = nullptr;
}

void append_sized(std::string& out, const std::string& text) {
  const auto size = static_cast<std::int32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof(size));
  out.append(text);
}

/// Arrow's key-value metadata: native int32 counts and sizes, then the bytes.
std::string metadata(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  const auto count = static_cast<std::int32_t>(pairs.size());
  out.append(reinterpret_cast<const char*>(&count), sizeof(count));
  for (const auto& [key, value] : pairs) {
    append_sized(out, key);
    append_sized(out, value);
  }
  return out;
}

void fill_schema(ArrowSchema* out, std::unique_ptr<SchemaKeep> keep) {
  *out = ArrowSchema{};
  for (auto& child : keep->children) keep->pointers.push_back(&child);
  out->format = keep->format.c_str();
  out->name = keep->name.c_str();
  out->metadata = keep->metadata.empty() ? nullptr : keep->metadata.c_str();
  out->n_children = static_cast<std::int64_t>(keep->children.size());
  out->children = keep->pointers.empty() ? nullptr : keep->pointers.data();
  out->dictionary = keep->dictionary.release != nullptr ? &keep->dictionary : nullptr;
  out->release = release_schema;
  out->private_data = keep.release();
}

const char* format_of(const Column& column) {
  if (std::holds_alternative<std::vector<double>>(column.values)) return "g";
  if (std::holds_alternative<std::vector<std::int64_t>>(column.values)) return "l";
  return "i";  // codes of a dictionary
}

void export_schema(const Column& column, ArrowSchema* out) {
  auto keep = std::make_unique<SchemaKeep>();
  keep->format = format_of(column);
  keep->name = column.name;
  keep->metadata = metadata({{"unit", column.unit}, {"meaning", column.meaning}});
  if (std::holds_alternative<TextColumn>(column.values)) {
    auto words = std::make_unique<SchemaKeep>();
    words->format = "u";
    fill_schema(&keep->dictionary, std::move(words));
  }
  fill_schema(out, std::move(keep));
}

void export_schema(const Table& table, ArrowSchema* out) {
  auto keep = std::make_unique<SchemaKeep>();
  keep->format = "+s";
  keep->metadata = metadata({{"table", table.name}});
  keep->children.resize(table.columns.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c) export_schema(table.columns[c], &keep->children[c]);
  fill_schema(out, std::move(keep));
}

struct ArrayKeep {
  SharedTable owner;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};
  std::vector<std::int32_t> offsets;  // of a dictionary's words
  std::string bytes;
};

void release_array(ArrowArray* array) {
  for (std::int64_t c = 0; c < array->n_children; ++c) {
    if (array->children[c]->release != nullptr) array->children[c]->release(array->children[c]);
  }
  if (array->dictionary != nullptr && array->dictionary->release != nullptr) {
    array->dictionary->release(array->dictionary);
  }
  delete static_cast<ArrayKeep*>(array->private_data);
  array->release = nullptr;
}

void fill_array(ArrowArray* out, std::size_t length, std::unique_ptr<ArrayKeep> keep) {
  *out = ArrowArray{};
  for (auto& child : keep->children) keep->pointers.push_back(&child);
  out->length = static_cast<std::int64_t>(length);
  out->n_buffers = static_cast<std::int64_t>(keep->buffers.size());
  out->buffers = keep->buffers.data();
  out->n_children = static_cast<std::int64_t>(keep->children.size());
  out->children = keep->pointers.empty() ? nullptr : keep->pointers.data();
  out->dictionary = keep->dictionary.release != nullptr ? &keep->dictionary : nullptr;
  out->release = release_array;
  out->private_data = keep.release();
}

void export_words(const std::vector<std::string>& names, ArrowArray* out) {
  auto keep = std::make_unique<ArrayKeep>();
  keep->offsets.push_back(0);
  for (const auto& name : names) {
    keep->bytes += name;
    keep->offsets.push_back(static_cast<std::int32_t>(keep->bytes.size()));
  }
  keep->buffers = {nullptr, keep->offsets.data(), keep->bytes.data()};
  fill_array(out, names.size(), std::move(keep));
}

const void* values_of(const Column& column) {
  if (const auto* real = std::get_if<std::vector<double>>(&column.values)) return real->data();
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values)) return whole->data();
  return std::get<TextColumn>(column.values).codes.data();
}

void export_array(const SharedTable& table, const Column& column, ArrowArray* out) {
  static const double nothing = 0;  // a buffer must not be null, even for no rows
  auto keep = std::make_unique<ArrayKeep>();
  keep->owner = table;
  const void* values = values_of(column);
  keep->buffers = {nullptr, values != nullptr ? values : &nothing};
  if (const auto* text = std::get_if<TextColumn>(&column.values)) export_words(text->names, &keep->dictionary);
  fill_array(out, table->rows(), std::move(keep));
}

void export_array(const SharedTable& table, ArrowArray* out) {
  auto keep = std::make_unique<ArrayKeep>();
  keep->owner = table;
  keep->buffers = {nullptr};
  keep->children.resize(table->columns.size());
  for (std::size_t c = 0; c < table->columns.size(); ++c) {
    export_array(table, table->columns[c], &keep->children[c]);
  }
  fill_array(out, table->rows(), std::move(keep));
}

struct StreamKeep {
  SharedTable table;
  bool done = false;
  std::string error;
};

StreamKeep& keep_of(ArrowArrayStream* stream) { return *static_cast<StreamKeep*>(stream->private_data); }

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  try {
    export_schema(*keep_of(stream).table, out);
    return 0;
  } catch (const std::exception& e) {
    keep_of(stream).error = e.what();
    return ENOMEM;
  }
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  StreamKeep& keep = keep_of(stream);
  *out = ArrowArray{};  // released: the end of the stream
  if (keep.done) return 0;
  try {
    export_array(keep.table, out);
    keep.done = true;
    return 0;
  } catch (const std::exception& e) {
    keep.error = e.what();
    return ENOMEM;
  }
}

const char* stream_error(ArrowArrayStream* stream) { return keep_of(stream).error.c_str(); }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<StreamKeep*>(stream->private_data);
  stream->release = nullptr;
}

/// A capsule that releases its content unless a consumer has taken it (and set `release` to null).
template <class Content>
py::capsule capsule(std::unique_ptr<Content> content, const char* name) {
  PyObject* made = PyCapsule_New(content.get(), name, [](PyObject* object) {
    auto* held = static_cast<Content*>(PyCapsule_GetPointer(object, PyCapsule_GetName(object)));
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  if (made == nullptr) throw py::error_already_set();
  content.release();
  return py::reinterpret_steal<py::capsule>(made);
}

}  // namespace

py::capsule arrow_stream(const SharedTable& table) {
  auto stream = std::make_unique<ArrowArrayStream>();
  stream->get_schema = stream_schema;
  stream->get_next = stream_next;
  stream->get_last_error = stream_error;
  stream->release = release_stream;
  stream->private_data = new StreamKeep{table, false, {}};
  return capsule(std::move(stream), "arrow_array_stream");
}

py::capsule arrow_schema(const SharedTable& table) {
  auto schema = std::make_unique<ArrowSchema>();
  export_schema(*table, schema.get());
  return capsule(std::move(schema), "arrow_schema");
}

std::uintptr_t column_address(const Table& table, const std::string& column) {
  for (const Column& candidate : table.columns) {
    if (candidate.name == column) return reinterpret_cast<std::uintptr_t>(values_of(candidate));
  }
  throw py::key_error(column);
}

}  // namespace hybridcare::bindings
