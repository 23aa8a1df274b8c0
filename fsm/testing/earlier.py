"""Follow-ups of the further searches of the second observing run: oLIB, and external events."""

from fsm.testing.followups import JOINT_FAP, approval, shared, skymap
from fsm.testing.script import Script, story


@story
def lib(script: Script) -> None:
    """A burst event of the oLIB pipeline: annotations of all its processes, all on time."""
    script.new()
    script.file(f"{float(script.fields['gpstime']):.2f}-1.json", 1, "oLIB trigger")
    shared(script)
    script.log("LIB Parameter estimation started.", 90)
    script.file("posterior_samples.dat", 9000, "LIB samples", ("pe",))
    script.log("LIB PE summary", 9010, ("pe",))
    skymap(script, "LIB.fits.gz", 9020)
    script.log("LIB Parameter estimation finished.", 9200)
    approval(script, 9400, joint_fap=True)


@story
def external(script: Script) -> None:
    """A gamma-ray burst or supernova that another observatory has reported: data are looked at."""
    script.new()
    shared(script)
    script.log(JOINT_FAP, 100)
