package dev.talaria.board.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.audit.BoardAudit;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.util.OSInfo;

/**
 * A writer of every operation is killed at random points, some hundred times; each time the board is sound and holds
 * exactly what was acknowledged, and at most the one operation more that was under way. Then the power is cut too: of the
 * log's end, behind what a checkpoint has made durable, anything may be missing or torn, and what is left must be the
 * board as it was at some earlier moment.
 *
 * <p>{@code -Dtalaria.kills=} kills more often, {@code -Dtalaria.seed=} takes the same steps again.
 */
class PowerCutTest {
  private static final int KILLS = Integer.getInteger("talaria.kills", 200);
  private static final int BOARDS = 4;
  private static final int MOST_STEPS = 60;
  private static final int LONGEST_START_MILLIS = 250;

  private static final int WAL_HEADER = 32;
  private static final int FRAME = 24 + 4096;
  private static final int BACKFILL = 96; // in the -shm: frames that are in the file
  private static final int BACKFILL_ATTEMPTED =
      128; // frames that a checkpoint began to copy, and so has synced

  @TempDir
  Path directory;

  private Path library;

  @BeforeEach
  void extractTheLibraryOnce() throws IOException {
    String folder = OSInfo.getNativeLibFolderPathForCurrentOS();
    String name = System.mapLibraryName("sqlitejdbc");
    try (InputStream in =
        Board.class.getResourceAsStream("/org/sqlite/native/%s/%s".formatted(folder, name))) {
      assumeThat(in).as("SQLite's library for this system").isNotNull();
      library = directory.resolve(name);
      Files.copy(Objects.requireNonNull(in), library);
    }
  }

  @Test
  void shouldLoseNothingThatWasAcknowledged() throws Exception {
    long seed = Long.getLong("talaria.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    ExecutorService threads = Executors.newFixedThreadPool(BOARDS);
    try {
      List<Callable<Rounds>> work = new ArrayList<>();
      for (int i = 0; i < BOARDS; i++) {
        work.add(new Rounds(seed + i, Files.createDirectory(directory.resolve("b" + i))));
      }
      int steps = 0;
      int cut = 0;
      int lostSteps = 0;
      for (Future<Rounds> done : threads.invokeAll(work)) {
        Rounds rounds = done.get();
        steps += rounds.snapshots.size();
        cut += rounds.cuts;
        lostSteps += rounds.lostByCuts;
      }

      assertThat(steps).as("steps that came to pass").isGreaterThan(KILLS * 5);
      assertThat(cut).as("cuts that left less than there was").isPositive();
      assertThat(lostSteps).as("steps that a cut undid").isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  /** One board through its share of the kills. */
  private final class Rounds implements Callable<Rounds> {
    private final long seed;
    private final Path directory;
    private final Path file;
    private final Random random;
    private final Model model = new Model();
    private final CutWriter.Steps steps;

    /** Of the board after so many steps. */
    private final List<Map<String, String>> snapshots = new ArrayList<>();

    private int cuts;
    private int lostByCuts;

    Rounds(long seed, Path directory) {
      this.seed = seed;
      this.directory = directory;
      this.file = directory.resolve("kanban.db");
      this.random = new Random(seed);
      this.steps = new CutWriter.Steps(seed);
      model.now = World.START;
      snapshots.add(model.snapshot());
    }

    @Override
    public Rounds call() throws Exception {
      int taken = 0;
      for (int round = 0; round < KILLS / BOARDS; round++) {
        String context = "seed %d, round %d, from step %d".formatted(seed, round, taken);
        int acknowledged = killAWriter(taken);
        foresee(Math.max(taken, acknowledged + 1) + 1);
        cutThePower(context);
        taken = found(context, Math.max(taken, acknowledged + 1));
      }
      return this;
    }

    /** Says the last step that the writer said was done; -1 when it did not come so far. */
    private int killAWriter(int first) throws IOException, InterruptedException {
      String path = Arrays.stream(
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                  .split(File.pathSeparator, -1))
          .filter(entry -> !entry.contains("logback"))
          .collect(Collectors.joining(File.pathSeparator));
      Process writer = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xshare:auto",
              "-Xmx64m",
              "-Dorg.sqlite.lib.path=" + library.getParent(),
              "-Dorg.sqlite.lib.name=" + library.getFileName(),
              "-cp",
              path,
              CutWriter.class.getName(),
              file.toString(),
              Long.toString(seed),
              Integer.toString(first))
          .redirectError(directory.resolve("errors").toFile())
          .start();
      int wanted = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(MOST_STEPS);
      StringBuilder said = new StringBuilder();
      if (wanted == 0) {
        Thread.sleep(random.nextInt(LONGEST_START_MILLIS)); // while it opens the board, or before
      }
      InputStream out = writer.getInputStream();
      for (int lines = 0; lines < wanted; ) {
        int c = out.read();
        if (c < 0) {
          throw new AssertionError(Files.readString(directory.resolve("errors")));
        }
        said.append((char) c);
        lines += c == '\n' ? 1 : 0;
      }
      LockSupport.parkNanos(random.nextInt(3_000_000));
      writer
          .toHandle()
          .destroyForcibly(); // the process would close its streams, with words in them
      said.append(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
      writer.waitFor();
      int end = said.lastIndexOf("\n");
      return end < 0
          ? -1
          : Integer.parseInt(
              said.substring(said.lastIndexOf("\n", end - 1) + 1, end).strip());
    }

    private void foresee(int upTo) {
      while (snapshots.size() <= upTo) {
        Walk.Step step = steps.next();
        model.now += step.seconds();
        model.events.clear();
        step.act().onModel(model);
        snapshots.add(model.snapshot());
      }
    }

    /** How many steps the board went through. */
    private int found(String context, int acknowledged) {
      Map<String, String> board = look(file, context);
      int more = acknowledged + 1;
      assertThat(board)
          .as("%s: the board after %d steps, or one more", context, acknowledged)
          .isIn(snapshots.get(acknowledged), snapshots.get(more));
      return board.equals(snapshots.get(acknowledged)) ? acknowledged : more;
    }

    private Map<String, String> look(Path database, String context) {
      try (Board board = Board.openOrCreate(
          database, new BoardOptions(InstantSource.system(), TaskIds.random(new Random())))) {
        assertThat(board.integrityCheck()).as(context).isEmpty();
        assertThat(board.read(BoardAudit::violations)).as(context).isEmpty();
        return World.snapshot(board);
      }
    }

    private void cutThePower(String context) throws IOException {
      Path wal = directory.resolve("kanban.db-wal");
      Path index = directory.resolve("kanban.db-shm");
      if (!Files.exists(wal) || !Files.exists(index) || Files.size(wal) <= WAL_HEADER) {
        return;
      }
      ByteBuffer shared = ByteBuffer.wrap(Files.readAllBytes(index)).order(ByteOrder.nativeOrder());
      int durable = Math.max(shared.getInt(BACKFILL), shared.getInt(BACKFILL_ATTEMPTED));
      long least = WAL_HEADER + (long) durable * FRAME;
      long size = Files.size(wal);
      if (least >= size) {
        return;
      }
      Path copy = Files.createDirectories(directory.resolve("copy")).resolve("kanban.db");
      for (String suffix : List.of("-wal", "-shm", "")) {
        Files.deleteIfExists(Path.of(copy + suffix));
      }
      Files.copy(file, copy);
      Path log = Path.of(copy + "-wal");
      Files.copy(wal, log);
      tear(log, least, size);
      Map<String, String> left = look(copy, context + ", after a cut");
      int step = snapshots.lastIndexOf(left);
      assertThat(step)
          .as("%s: a board whose log was cut is one that there was", context)
          .isNotNegative();
      cuts++;
      lostByCuts += snapshots.size() - 2 - step > 0 ? 1 : 0;
    }

    /** Ends the log somewhere; some of its last pages may hold anything. */
    private void tear(Path log, long least, long size) {
      long end = least + (long) (random.nextDouble() * (size - least));
      try (var bytes = new RandomAccessFile(log.toFile(), "rw")) {
        bytes.setLength(end);
        long torn = Math.max(least, end - random.nextInt(3 * FRAME));
        if (random.nextBoolean() && torn < end) {
          byte[] noise = new byte[(int) Math.min(512, end - torn)];
          random.nextBytes(noise);
          bytes.seek(torn);
          bytes.write(noise);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
