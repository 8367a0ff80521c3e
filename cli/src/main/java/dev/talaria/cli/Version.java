package dev.talaria.cli;

/** The version of this build, from the manifest; {@code dev} when run from class files. */
public final class Version {
  private Version() {}

  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
