package dev.talaria.launcher.process;

import java.io.IOException;
import java.util.List;

/** Sends signals by the shell's own {@code kill}, which every POSIX system has and which knows process groups. */
final class Signals {
  /** Sends to a process, or to a whole group when the number is negative. One that is gone is no error. */
  void send(String signal, long target) throws IOException {
    Process kill = new ProcessBuilder(List.of(
            "/bin/sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", signal, Long.toString(target)))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    kill.getOutputStream().close();
    try {
      kill.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
