package dev.talaria.launcher.rundir;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The board's word on something said.
 *
 * @param done whether it was done; otherwise {@code reason} says why not
 * @param reason why it was refused
 * @param data what it made, such as {@code task_id}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BoardAnswer(
    @JsonProperty("done") boolean done,
    @JsonProperty("reason") @Nullable String reason,
    @JsonProperty("data") @Nullable ObjectNode data) {

  public static BoardAnswer done(@Nullable ObjectNode data) {
    return new BoardAnswer(true, null, data);
  }

  public static BoardAnswer refused(String reason) {
    return new BoardAnswer(false, reason, null);
  }
}
