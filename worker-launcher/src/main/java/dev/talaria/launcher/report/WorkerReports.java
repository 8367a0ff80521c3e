package dev.talaria.launcher.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.api.Report;
import dev.talaria.launcher.api.ReportChannel;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what workers say through the API into commands for their boards. */
public final class WorkerReports implements ReportChannel {
  private final LauncherKey asker;
  private final CommandSender commands;
  private final Function<RunKey, String> profiles;

  /**
   * A channel.
   *
   * @param profiles the profile that speaks for a run: the author of its comments
   */
  public WorkerReports(
      LauncherKey asker, CommandSender commands, Function<RunKey, String> profiles) {
    this.asker = asker;
    this.commands = commands;
    this.profiles = profiles;
  }

  @Override
  public void send(Report report) {
    commands.send(report.run().board(), command(report));
  }

  private BoardCommand command(Report report) {
    String id = report.commandId();
    RunKey run = report.run();
    ObjectNode body = report.body();
    return switch (report.verb()) {
      case "heartbeat" -> new BoardCommand.Heartbeat(id, asker, run, text(body, "note"));
      case "comment" ->
        new BoardCommand.Comment(
            id,
            asker,
            run,
            text(body, "task_id"),
            profiles.apply(run),
            body.path("body").asText());
      case "complete" ->
        new BoardCommand.Complete(
            id,
            asker,
            run,
            text(body, "result"),
            text(body, "summary"),
            body.get("metadata") instanceof ObjectNode metadata ? metadata : null,
            texts(body.get("created_cards")));
      case "block" ->
        new BoardCommand.Block(id, asker, run, body.path("reason").asText(), text(body, "comment"));
      case "create" -> new BoardCommand.Create(id, asker, run, body);
      case "link" ->
        new BoardCommand.Link(
            id,
            asker,
            run,
            body.path("parent_id").asText(),
            body.path("child_id").asText());
      default -> throw new IllegalArgumentException("A worker cannot say '" + report.verb() + "'.");
    };
  }

  private static @Nullable String text(ObjectNode body, String name) {
    JsonNode value = body.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static @Nullable List<String> texts(@Nullable JsonNode array) {
    if (array == null || !array.isArray()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    array.elements().forEachRemaining(element -> texts.add(element.asText()));
    return texts;
  }
}
