package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.Board;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "comment",
    footer = {"", "Example: talaria comment t_0a1b2c3d \"The password is in the vault\""})
public final class CommentVerb extends BoardVerb {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(index = "1..*", paramLabel = "TEXT", arity = "1..*", description = "What to say.")
  private List<String> text = List.of();

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who says it. Default: the worker's profile, else user.")
  private @Nullable String author;

  @Option(
      names = "--max-len",
      paramLabel = "N",
      description = "Keep at most so many characters; at least 1.")
  private @Nullable Integer maxLen;

  public CommentVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (maxLen != null && maxLen < 1) {
      throw CliFailure.usage("--max-len is %d; expected at least 1.".formatted(maxLen));
    }
  }

  @Override
  int elsewhere(RemoteRun remote) {
    String body = shortened(HermesText.strip(String.join(" ", text)));
    JsonNode answer = remote
        .client()
        .send("POST", "comment", BoardJson.object().put("task_id", id).put("body", body));
    sayIfKept(answer);
    say("Comment %s added to %s", answer.path("comment_id").asText("-"), id);
    return Exit.DONE;
  }

  @Override
  int run(Board board) {
    String body = shortened(HermesText.strip(String.join(" ", text)));
    long comment = board.write(tx -> {
      if (!Tasks.exists(tx, id)) {
        throw CliFailure.failed(WhyNot.unknown(id));
      }
      return Comments.add(
          tx, id, author == null || author.isEmpty() ? session.author() : author, body);
    });
    say("Comment %d added to %s", comment, id);
    return Exit.DONE;
  }

  /** Says that something was cut off, where there is room for that. */
  private String shortened(String whole) {
    if (maxLen == null || HermesText.length(whole) <= maxLen) {
      return whole;
    }
    String note = "\n\n[trimmed to %d chars by --max-len]".formatted(maxLen);
    int room = maxLen - HermesText.length(note);
    return room < 1
        ? HermesText.cap(whole, maxLen)
        : HermesText.stripRight(HermesText.cap(whole, room)) + note;
  }
}
