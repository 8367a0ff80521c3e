package dev.talaria.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code gethostname()} says: claim locks begin with it, and hermes compares it with its own (contract 3.3). */
public final class HostName {
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  public static String system() {
    try {
      return Files.readString(LINUX).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unresolved) {
        return "localhost";
      }
    }
  }
}
