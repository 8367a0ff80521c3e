package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.DurableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long-lived shell that forks a recording subshell per run ({@code forker.sh}). If the shell dies another is started; runs
 * that were on their way to it are not repeated here, which is what {@link Listener#restarted} is for: saying a run twice is
 * harmless, because of its entry {@code start}.
 *
 * <p>Closing, or the death of this JVM, ends the shell and nothing else: workers and their recording subshells go on.
 * Thread-safe.
 */
public final class Forker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Forker.class);
  private static final String SCRIPT = "forker.sh";
  private static final long RESTART_PAUSE_SECONDS =
      1; // for a shell that dies at once, again and again

  /** What the shells say. Called on the reader's thread; must not block for long. Names are those of run directories. */
  public interface Listener {
    /** The worker is about to be executed under this process id. */
    void started(String name, long pid, String startTime);

    /** The worker has ended; the words are those of the file {@code exit}. */
    void ended(String name, String words);

    /** Somebody else made the entry {@code start}, or it cannot be made. */
    void refused(String name);

    /** Another shell has taken over. What was given to the former may or may not start. */
    void restarted();
  }

  private final Path runsRoot;
  private final ForkerTools tools;
  private final Listener listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread keeper = new Thread(this::keepRunning, "forker-keeper");
  private final Object stdinLock = new Object();
  private @Nullable Process shell;

  public Forker(Path runsRoot, ForkerTools tools, Listener listener) {
    this.runsRoot = runsRoot;
    this.tools = tools;
    this.listener = listener;
    keeper.setDaemon(true);
  }

  /** Starts the first shell; failing that, throws. */
  public void start() throws IOException {
    if (tools.plain() == null) {
      log.warn(
          "No 'env --default-signal' here: workers may ignore SIGINT. Install coreutils 8.31 or newer.");
    }
    Process first = startShell(writeScript());
    keeper.start();
    log.info("Forker runs as pid {} for {}", first.pid(), runsRoot);
  }

  /** Gives a prepared run directory to the shell. What became of it comes through the listener. */
  public void spawn(String name) {
    say(name + "\n");
  }

  /** The shell's process id, for tests and {@code doctor}. */
  public long pid() {
    synchronized (stdinLock) {
      return shell == null ? -1 : shell.pid();
    }
  }

  private void say(String line) {
    synchronized (stdinLock) {
      if (shell == null) {
        return;
      }
      try {
        OutputStream stdin = shell.getOutputStream();
        stdin.write(line.getBytes(StandardCharsets.UTF_8));
        stdin.flush();
      } catch (IOException e) {
        log.debug("The forker is gone; its successor will be told: {}", e.toString());
      }
    }
  }

  private Path writeScript() throws IOException {
    Path script = runsRoot.resolve("." + SCRIPT);
    try (InputStream source = Objects.requireNonNull(Forker.class.getResourceAsStream(SCRIPT))) {
      // By rename: a shell of an earlier launcher may still be reading the former file.
      DurableFiles.write(script, source.readAllBytes());
    }
    return script;
  }

  private Process startShell(Path script) throws IOException {
    List<String> command = new ArrayList<>();
    if (tools.setsid() != null) {
      command.add(tools.setsid().toString());
    }
    command.addAll(List.of(
        "/bin/sh",
        script.toString(),
        runsRoot.toString(),
        orDash(tools.setsid()),
        orDash(tools.plain())));
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(Path.of("/").toFile())
        .redirectError(runsRoot.resolve(".forker.err").toFile());
    builder.environment().clear(); // a worker has the environment of its run directory and no other
    Process started = builder.start();
    Thread reader = new Thread(() -> readEvents(started), "forker-events-" + started.pid());
    reader.setDaemon(true);
    reader.start();
    synchronized (stdinLock) {
      shell = started;
      if (closing.getCount() == 0) {
        closeStdin();
      }
    }
    return started;
  }

  private static String orDash(@Nullable Path path) {
    return path == null ? "-" : path.toString();
  }

  /** Until the last recording subshell of this shell has gone: they share its pipe and outlive it. */
  private void readEvents(Process from) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          event(line.split(" ", 3));
        } catch (RuntimeException e) { // whatever it is, the next lines are about other runs
          log.error("Cannot handle what the forker said: '{}'", line, e);
        }
      }
    } catch (IOException e) {
      log.debug("No more events from forker {}: {}", from.pid(), e.toString());
    }
  }

  private void event(String[] words) {
    if (words.length == 3 && words[0].equals("started")) {
      String[] process = words[2].split(" ", 2);
      listener.started(
          words[1], Long.parseLong(process[0]), process.length == 2 ? process[1] : "-");
    } else if (words.length == 3 && words[0].equals("ended")) {
      listener.ended(words[1], words[2]);
      say("\n"); // lets the shell reap the recording subshell
    } else if (words.length == 2 && words[0].equals("refused")) {
      listener.refused(words[1]);
      say("\n");
    } else {
      log.warn("The forker said '{}', which means nothing here.", String.join(" ", words));
    }
  }

  private void keepRunning() {
    try {
      Process current = Objects.requireNonNull(shell);
      while (true) {
        int status = current.waitFor();
        if (closing.getCount() == 0) {
          return;
        }
        log.warn(
            "The forker (pid {}) ended with status {}; starting another.", current.pid(), status);
        Process next = restart();
        if (next == null) {
          return;
        }
        current = next;
        listener.restarted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Process restart() throws InterruptedException {
    while (!closing.await(RESTART_PAUSE_SECONDS, TimeUnit.SECONDS)) {
      try {
        return startShell(writeScript());
      } catch (IOException e) {
        log.error("Cannot start the forker; no worker can start until it does. Trying again.", e);
      }
    }
    return null;
  }

  /** Lets the shell end once it has read what it was given. Workers go on. */
  @Override
  public void close() {
    closing.countDown();
    synchronized (stdinLock) {
      closeStdin();
    }
    try {
      keeper.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeStdin() {
    try {
      if (shell != null) {
        shell.getOutputStream().close();
      }
    } catch (IOException e) {
      log.debug("The forker was gone already: {}", e.toString());
    }
  }
}
