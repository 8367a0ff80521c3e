package dev.talaria.cli.verb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.CliFailure;
import org.jspecify.annotations.Nullable;

/** JSON that people type. */
final class JsonArgument {
  private JsonArgument() {}

  /** The object; null when none was given. */
  static @Nullable ObjectNode object(String option, @Nullable String json) {
    if (json == null) {
      return null;
    }
    try {
      if (JsonMapper.builder()
              .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .build()
              .readTree(json)
          instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw CliFailure.usage("%s is not JSON: %s. Expected an object such as {\"pr\": 7}."
          .formatted(option, e.getOriginalMessage()));
    }
    throw CliFailure.usage(
        "%s is not a JSON object; expected one such as {\"pr\": 7}.".formatted(option));
  }
}
