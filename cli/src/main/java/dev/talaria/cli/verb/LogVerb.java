package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.Session;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "log",
    footer = {"", "Example: talaria log t_0a1b2c3d --tail 4000"})
public final class LogVerb implements Callable<Integer>, Follower {
  /** Asked for by {@link #follow}: print what was written from this byte on, and on stderr where to go on. */
  public static final String PAGE_FROM = "--page-from";

  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int CHUNK = 8_192;

  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--tail",
      paramLabel = "BYTES",
      description = "Only the last so many bytes, from the next whole line on.")
  private @Nullable Long tail;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as the worker writes. Ctrl-C ends it.")
  private boolean follow;

  @Option(names = PAGE_FROM, paramLabel = "N", hidden = true)
  private @Nullable Long pageFrom;

  private final Session session;

  public LogVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (tail != null && tail < 1) {
      throw CliFailure.usage("--tail is %d; expected at least 1 byte.".formatted(tail));
    }
    if (!FILE_NAME.matcher(id).matches()) {
      throw CliFailure.failed(WhyNot.unknown(id));
    }
    Path file = session.location().log(id);
    if (!Files.isRegularFile(file)) {
      throw CliFailure.failed(
          "There is no log '%s'. A task has one once a worker of it has started on this host."
              .formatted(file));
    }
    if (pageFrom != null) {
      long next = pageFrom == 0 ? print(file) : printNew(file, pageFrom);
      session.err().print(next);
      return Exit.DONE;
    }
    long shown = print(file);
    while (follow && session.pause(LOOK)) {
      shown = printNew(file, shown);
    }
    return Exit.DONE;
  }

  /** The file is on the board's host alone: its dispatcher is asked for what is new, once a second. */
  @Override
  public int follow(FarBoard board) {
    InstantSource clock = session.surroundings().clock();
    String from = "0";
    while (true) {
      List<String> ask = new ArrayList<>(List.of("log", PAGE_FROM, from));
      if (tail != null && from.equals("0")) {
        ask.addAll(List.of("--tail", Long.toString(tail)));
      }
      ask.addAll(List.of("--", id));
      FarBoard.Answer answer = board.ask(ask);
      if (!answer.isDone()) {
        session.err().print(answer.err());
        return answer.exit();
      }
      session.out().print(answer.out());
      from = answer.err().strip();
      Instant again = clock.instant().plus(ASK_AGAIN);
      do {
        if (!board.next(event -> {})) {
          return Exit.DONE;
        }
      } while (clock.instant().isBefore(again));
    }
  }

  /** What was written since; all of it when the file was rotated meanwhile. */
  private long printNew(Path file, long shown) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      long size = Files.size(file);
      long from = size < shown ? 0 : shown;
      in.skipNBytes(from);
      session.out().write(new String(in.readNBytes((int) (size - from)), StandardCharsets.UTF_8));
      session.out().flush();
      return size;
    } catch (NoSuchFileException e) {
      return 0; // between a rotation and the next run
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the log '%s'.".formatted(file), e);
    }
  }

  /** Says up to which byte. */
  private long print(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      long size = Files.size(file);
      if (tail != null) {
        skipTo(in, Files.size(file) - tail, tail);
      }
      // malformed bytes come out as replacement characters
      Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      char[] chunk = new char[CHUNK];
      for (int read = reader.read(chunk); read >= 0; read = reader.read(chunk)) {
        session.out().write(chunk, 0, read);
        if (session.out().checkError()) {
          return size;
        }
      }
      session.out().flush();
      return size;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the log '%s'.".formatted(file), e);
    }
  }

  /** Drops the partial first line, unless all that is left is one line. */
  private static void skipTo(InputStream in, long from, long window) throws IOException {
    if (from <= 0) {
      return;
    }
    in.skipNBytes(from);
    in.mark((int) Math.min(Integer.MAX_VALUE - 8, window + 1));
    int read = in.read();
    while (read >= 0 && read != '\n') {
      read = in.read();
    }
    if (read < 0) {
      in.reset();
    }
  }
}
