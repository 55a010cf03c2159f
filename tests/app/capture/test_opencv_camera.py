from __future__ import annotations

from app.capture.opencv_camera import list_opencv_cameras


def test_cameras_are_listed_by_name_without_their_metadata_devices(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.capture.opencv_camera.sys.platform", "linux")
    for name, text, index in (("video0", "HD Webcam", "0"), ("video1", "HD Webcam", "1"), ("video10", "Other", "0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(text + "\n")
        (tmp_path / name / "index").write_text(index + "\n")

    assert [(info.key, info.name) for info in list_opencv_cameras(tmp_path)] == [("0", "HD Webcam"), ("10", "Other")]
    assert list_opencv_cameras(tmp_path / "nowhere") == ()
