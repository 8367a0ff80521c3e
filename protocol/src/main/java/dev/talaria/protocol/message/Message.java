package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** Anything that travels on a topic. Fields are only ever added; readers ignore those that they do not know. */
@JsonPropertyOrder({"v", "kind"})
public interface Message {
  /** The form's version; it changes only when an older reader would go wrong. */
  @JsonProperty("v")
  default int v() {
    return 1;
  }
}
