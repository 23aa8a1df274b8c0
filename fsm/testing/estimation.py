"""Parameter estimation of a superevent, as it is when somebody has started it.

Source: the automated follow-up of the fourth observing run, parameter estimation.
"""

from fsm.testing.events import PUBLIC
from fsm.testing.notices import drawn
from fsm.testing.script import Script

PE = ("pe",)
SAMPLES = "Bilby.posterior_samples.hdf5"


def estimated_parameters(script: Script, event: Script, done: float) -> None:
    """RapidPE and Bilby run; what is made of the posterior samples follows them at ``done``."""
    rapidpe(script, event)
    script.log(f"Starting production-mode bilby parameter estimation for {event.graceid}", 130, PE)
    script.file("bilby_config.ini", 300,
                "Automatically generated production-mode Bilby configuration", PE)
    script.label("PE_READY", done - 5)
    script.file(SAMPLES, done, "production-mode Bilby posterior samples", PE)
    script.file("Bilby.multiorder.fits", done + 300,
                f'Multiresolution FITS file generated from "{SAMPLES}"', ("pe", "sky_loc"))
    drawn(script, "Bilby", done + 360, ("pe", "sky_loc"), distances=True)
    script.file("Bilby.em_bright.json", done + 120, f'em-bright computed from "{SAMPLES}"', PE)
    script.file("mchirp_source_PE.json", done + 130, f'Chirp mass computed from "{SAMPLES}"',
                ("em_follow",))
    script.file("mchirp_source_PE.png", done + 160,
                "Chirp mass visualization from mchirp_source_PE.json", ("em_follow",))
    script.log("PESummary page for production-mode Bilby is available", done + 900, PE)


def rapidpe(script: Script, event: Script) -> None:
    """RapidPE gives its classification within half an hour."""
    script.log(f"Starting rapidpe parameter estimation for {event.graceid}", 90, PE)
    script.file("rapidpe.ini", 120, "Automatically generated RapidPE-RIFT configuration file", PE)
    script.file("RapidPE_RIFT.p_astro.json", 1800, "RapidPE-RIFT Pastro results",
                ("pe", "p_astro", *PUBLIC))
    script.file("RapidPE_RIFT.p_astro.png", 1830, "Source classification visualization from "
                "RapidPE_RIFT.p_astro.json", ("em_follow", "p_astro", *PUBLIC))
    script.log("Summary page for RapidPE-RIFT is available", 1850, PE)
