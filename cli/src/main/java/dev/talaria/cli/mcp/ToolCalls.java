package dev.talaria.cli.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls readable whose arguments are not an object. Models write them as text now and then, which the SDK would
 * answer with an error of its own that no model can act on.
 */
final class ToolCalls {
  /** Under this name stands what was given instead of arguments; no tool knows it. */
  static final String NOT_AN_OBJECT = "(arguments that are not an object)";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ToolCalls() {}

  static JSONRPCRequest readable(JSONRPCRequest request) {
    if (!(request.params() instanceof Map<?, ?> params)
        || params.get("arguments") == null
        || params.get("arguments") instanceof Map) {
      return request;
    }
    Object given = params.get("arguments");
    Object parsed = given instanceof String text ? parsed(text) : null;
    Map<Object, Object> changed = new HashMap<>(params);
    changed.put("arguments", parsed == null ? Map.of(NOT_AN_OBJECT, given) : parsed);
    return new JSONRPCRequest(request.jsonrpc(), request.method(), request.id(), changed);
  }

  private static @Nullable Object parsed(String text) {
    try {
      return text.isBlank() ? Map.of() : JSON.readValue(text, Map.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
