<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ActionStates</name>
    <message>
        <source>Take pair apart</source>
        <translation>取消配对</translation>
    </message>
    <message>
        <source>{action}: {deed}</source>
        <translation>{action}：{deed}</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>About Cardlight</source>
        <translation>关于 Cardlight</translation>
    </message>
    <message>
        <source>Auto-capture</source>
        <translation>自动拍摄</translation>
    </message>
    <message>
        <source>Cancel job</source>
        <translation>取消任务</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>拍摄</translation>
    </message>
    <message>
        <source>Close notice</source>
        <translation>关闭提示</translation>
    </message>
    <message>
        <source>Close picture</source>
        <translation>关闭图片</translation>
    </message>
    <message>
        <source>Copy card</source>
        <translation>复制证件</translation>
    </message>
    <message>
        <source>Correct corners</source>
        <translation>校正四角</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>定格</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Mark a card by hand</source>
        <translation>手动标记证件</translation>
    </message>
    <message>
        <source>Mirror preview</source>
        <translation>镜像预览</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Pair as front and back</source>
        <translation>配对为正反面</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>粘贴图片</translation>
    </message>
    <message>
        <source>Play a video as camera…</source>
        <translation>以视频代替摄像头…</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Scan a folder into files…</source>
        <translation>批量扫描文件夹…</translation>
    </message>
    <message>
        <source>Select all cards</source>
        <translation>全选证件</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Start camera</source>
        <translation>启动摄像头</translation>
    </message>
    <message>
        <source>Stop camera</source>
        <translation>停止摄像头</translation>
    </message>
    <message>
        <source>Try a sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>向左旋转</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>向右旋转</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Cardlight was not closed properly last time. {cards} can be recovered.</source>
        <translation>Cardlight 上次未正常关闭，有 {cards}可以恢复。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>彻底删除</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>BatchFileList</name>
    <message>
        <source>Files of the batch</source>
        <translation>批量扫描的文件</translation>
    </message>
    <message>
        <source>Show on&amp;ly what failed or has no card</source>
        <translation>只显示失败或没有证件的文件(&amp;L)</translation>
    </message>
</context>
<context>
    <name>BatchFilesModel</name>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Done before</source>
        <translation>之前已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Scanning</source>
        <translation>正在扫描</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
</context>
<context>
    <name>BatchWatch</name>
    <message>
        <source>Paused: {files}</source>
        <translation>已暂停：{files}</translation>
    </message>
    <message>
        <source>Scanning {files}</source>
        <translation>正在扫描{files}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message numerus="yes">
        <source>%n folder(s) could not be read.</source>
        <translation>
            <numerusform>有 %n 个文件夹无法读取。</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;From folder</source>
        <translation>来源文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Into folder</source>
        <translation>输出文件夹(&amp;I)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Done before: {files}.</source>
        <translation>之前已完成：{files}。</translation>
    </message>
    <message>
        <source>Done: {files}, {cards}.</source>
        <translation>完成：{files}，{cards}。</translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation>格式(&amp;O)</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>JPEG</source>
        <translation>JPEG</translation>
    </message>
    <message>
        <source>Looking for files…</source>
        <translation>正在查找文件…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>PDF, one for each file</source>
        <translation>PDF，每个文件一份</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Paused.</source>
        <translation>已暂停。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Scan a folder into files</source>
        <translation>批量扫描文件夹</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stopped after {done} of {files}. Start again to go on from here.</source>
        <translation>已停止：完成 {done} / {files}。再次点击“开始”即可从此处继续。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>TIFF</source>
        <translation>TIFF</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>剩余约 {time}</translation>
    </message>
    <message>
        <source>{done} of {files} · {cards}</source>
        <translation>{done} / {files} · {cards}</translation>
    </message>
    <message>
        <source>{n} failed</source>
        <translation>{n} 个失败</translation>
    </message>
    <message>
        <source>{n} failed.</source>
        <translation>{n} 个失败。</translation>
    </message>
</context>
<context>
    <name>CameraPicker</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>无摄像头</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
</context>
<context>
    <name>Cameras</name>
    <message>
        <source>Qt&apos;s camera module does not load here, so cameras are opened another way. On Debian and Ubuntu, install it with: {command}</source>
        <translation>无法加载 Qt 的摄像头模块，已改用其他方式打开摄像头。在 Debian 和 Ubuntu 上，可用以下命令安装：{command}</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Plus and minus zoom, arrow keys move, 0 fits the picture.</source>
        <translation>加号和减号键缩放，方向键移动，0 键适合窗口。</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message numerus="yes">
        <source>%n captured card(s) have not been exported.</source>
        <translation>
            <numerusform>%n 张拍摄的证件尚未导出。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n card(s) with your changes have not been exported.</source>
        <translation>
            <numerusform>%n 张您修改过的证件尚未导出。</numerusform>
        </translation>
    </message>
    <message>
        <source>A batch is still running.</source>
        <translation>批处理仍在进行。</translation>
    </message>
    <message>
        <source>A correction has not been finished.</source>
        <translation>有一处校正尚未完成。</translation>
    </message>
    <message>
        <source>An export is still running.</source>
        <translation>导出仍在进行。</translation>
    </message>
    <message>
        <source>Close and delete</source>
        <translation>关闭并删除</translation>
    </message>
    <message>
        <source>Close without them</source>
        <translation>不导出并关闭</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
</context>
<context>
    <name>CornerEditor</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Correct corners</source>
        <translation>校正四角</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Drag the corners or edges. Tab chooses a handle, arrows move it by a pixel, with Shift by ten.</source>
        <translation>拖动四角或四边。按 Tab 键选择控点，方向键移动 1 像素，同时按住 Shift 移动 10 像素。</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Format by its shape</source>
        <translation>按形状判断格式</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Snap to edges</source>
        <translation>吸附到边缘</translation>
    </message>
    <message>
        <source>The straightened card</source>
        <translation>校正后的证件</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>{format} · {width} × {height} mm</source>
        <translation>{format} · {width} × {height} 毫米</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n card(s)</source>
        <translation>
            <numerusform>%n 张证件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n 张图片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Deed</name>
    <message>
        <source>Capture</source>
        <translation>拍摄</translation>
    </message>
    <message>
        <source>Correct corners</source>
        <translation>校正四角</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Find cards</source>
        <translation>查找证件</translation>
    </message>
    <message>
        <source>Mark card</source>
        <translation>标记证件</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>配对</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Take pair apart</source>
        <translation>取消配对</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>旋转</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>About Cardlight</source>
        <translation>关于 Cardlight</translation>
    </message>
    <message>
        <source>Arrows, Shift, Alt</source>
        <translation>方向键、Shift、Alt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Correct the selected card&apos;s corners</source>
        <translation>校正所选证件的四角</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Finds identity cards in webcam frames, photos and scans, straightens them, and saves them at true size.

Everything happens on this computer. Cardlight has no network access, keeps no statistics, and deletes what it kept of a session when you close the window.</source>
        <translation>在摄像头画面、照片和扫描件中查找证件，校正后按实际尺寸保存。

一切都在这台电脑上完成。Cardlight 不联网，不收集统计数据；关闭窗口时，会删除本次会话中保存的内容。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Leave the corner editor</source>
        <translation>退出四角校正</translation>
    </message>
    <message>
        <source>Move a handle by 1, 10 or ¼ pixel</source>
        <translation>将控点移动 1、10 或 ¼ 像素</translation>
    </message>
    <message>
        <source>Next handle in the corner editor</source>
        <translation>四角校正中的下一个控点</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop pictures here</source>
        <translation>将图片拖放到此处</translation>
    </message>
    <message>
        <source>Photos, scans, or folders of them. Every card in them is found and straightened.</source>
        <translation>照片、扫描件或整个文件夹均可，其中的每张证件都会被找到并校正。</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>&amp;Cards</source>
        <translation>证件(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Resolution</source>
        <translation>分辨率(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Watermark</source>
        <translation>水印(&amp;W)</translation>
    </message>
    <message>
        <source>All: {cards}</source>
        <translation>全部：{cards}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Even out light and colour</source>
        <translation>均衡光照与色彩</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Export {cards}</source>
        <translation>导出 {cards}</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>JPEG, a file for each card</source>
        <translation>JPEG，每张证件一个文件</translation>
    </message>
    <message>
        <source>No file is replaced, and nothing but the cards&apos; pixels and their resolution is written.</source>
        <translation>不会覆盖任何文件，只写入证件的像素及其分辨率。</translation>
    </message>
    <message>
        <source>None. For example: Copy for Example Bank only</source>
        <translation>无。例如：仅供某某银行开户使用</translation>
    </message>
    <message>
        <source>PDF, a file for each card or pair</source>
        <translation>PDF，每张证件或每对正反面一个文件</translation>
    </message>
    <message>
        <source>PDF, together on A4 at true size</source>
        <translation>PDF，按实际尺寸合排于 A4</translation>
    </message>
    <message>
        <source>PDF, together on Letter at true size</source>
        <translation>PDF，按实际尺寸合排于 Letter</translation>
    </message>
    <message>
        <source>PDF, together, a page for each card</source>
        <translation>PDF，合为一个文件，每张证件一页</translation>
    </message>
    <message>
        <source>PNG, a file for each card</source>
        <translation>PNG，每张证件一个文件</translation>
    </message>
    <message>
        <source>Preview of the first card</source>
        <translation>第一张证件的预览</translation>
    </message>
    <message>
        <source>Round the corners</source>
        <translation>圆角</translation>
    </message>
    <message>
        <source>Selected: {cards}</source>
        <translation>所选：{cards}</translation>
    </message>
    <message>
        <source>TIFF, a file for each card</source>
        <translation>TIFF，每张证件一个文件</translation>
    </message>
    <message>
        <source>{dpi} dpi</source>
        <translation>{dpi} dpi</translation>
    </message>
    <message>
        <source>{format} · {width_mm:.2f} × {height_mm:.2f} mm · {width_px} × {height_px} pixels</source>
        <translation>{format} · {width_mm:.2f} × {height_mm:.2f} 毫米 · {width_px} × {height_px} 像素</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>Cancelled. {files} had been exported.</source>
        <translation>已取消。此前已导出 {files}。</translation>
    </message>
    <message>
        <source>Exported {cards} into {file}.</source>
        <translation>已将 {cards} 导出到 {file}。</translation>
    </message>
    <message>
        <source>Exported {files}.</source>
        <translation>已导出 {files}。</translation>
    </message>
    <message>
        <source>The export failed: {reason}</source>
        <translation>导出失败：{reason}</translation>
    </message>
    <message>
        <source>{cards} could not be exported: {failure}</source>
        <translation>{cards}未能导出：{failure}</translation>
    </message>
    <message>
        <source>{files} had been exported. Then the export failed: {reason}</source>
        <translation>已导出{files}，随后导出失败：{reason}</translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message>
        <source>Cards</source>
        <translation>证件</translation>
    </message>
    <message>
        <source>Cards ({number})</source>
        <translation>证件（{number}）</translation>
    </message>
    <message>
        <source>Cards that are found or captured are collected here.</source>
        <translation>找到或拍摄的证件会汇集在此处。</translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message>
        <source>Cards</source>
        <translation>证件</translation>
    </message>
</context>
<context>
    <name>Keeper</name>
    <message>
        <source>Capture {number}</source>
        <translation>拍摄 {number}</translation>
    </message>
    <message>
        <source>Kept in a private folder until you close the window. Nothing leaves this computer.</source>
        <translation>关闭窗口前保存在私密文件夹中。任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Kept in memory until you export. Nothing leaves this computer.</source>
        <translation>导出前仅保存在内存中。任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>{cards} could not be recovered: the picture is gone.</source>
        <translation>{cards}无法恢复：图片已不存在。</translation>
    </message>
</context>
<context>
    <name>Lane</name>
    <message>
        <source>Something went wrong in Cardlight. Your pictures are as they were. A log is in {file}.</source>
        <translation>Cardlight 内部出错。您的图片未受影响。日志位于 {file}。</translation>
    </message>
</context>
<context>
    <name>LiveControl</name>
    <message>
        <source>No camera was found. Plug one in, or allow access to it in the system&apos;s privacy settings.</source>
        <translation>未找到摄像头。请连接摄像头，或在系统的隐私设置中允许访问。</translation>
    </message>
    <message>
        <source>No card is in view. Hold one in front of the camera.</source>
        <translation>画面中没有证件。请将证件置于摄像头前。</translation>
    </message>
    <message>
        <source>Play a video</source>
        <translation>播放视频</translation>
    </message>
    <message>
        <source>The video has ended.</source>
        <translation>视频已播放完毕。</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Videos can&apos;t be played: Qt&apos;s media module does not load here. On Debian and Ubuntu, install it with: {command}</source>
        <translation>无法播放视频：Qt 的媒体模块未能加载。在 Debian 和 Ubuntu 上，可用以下命令安装：{command}</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>{camera:.0f} FPS camera · {detector:.0f} FPS detector · {latency:.0f} ms · {dropped} dropped</source>
        <translation>摄像头 {camera:.0f} FPS · 检测 {detector:.0f} FPS · 延迟 {latency:.0f} 毫秒 · 丢弃 {dropped} 帧</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Exporting {cards}</source>
        <translation>正在导出 {cards}</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>The card is on the clipboard.</source>
        <translation>证件已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>Menu</name>
    <message>
        <source>&amp;Camera</source>
        <translation>摄像头(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Dropped picture</source>
        <translation>拖放的图片</translation>
    </message>
    <message>
        <source>Finish this correction first, with Done or Cancel.</source>
        <translation>请先点击“完成”或“取消”结束当前校正。</translation>
    </message>
    <message>
        <source>Mark it by hand</source>
        <translation>手动标记</translation>
    </message>
    <message>
        <source>No card was found in {name}.</source>
        <translation>在 {name} 中未找到证件。</translation>
    </message>
    <message>
        <source>No card was found in {pictures}: {names}.</source>
        <translation>{pictures}中没有找到证件：{names}。</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>Open pictures</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Opening {pictures}</source>
        <translation>正在打开 {pictures}</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Pictures and PDF</source>
        <translation>图片和 PDF</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard. Copy one, then paste again.</source>
        <translation>剪贴板中没有图片。请先复制图片，再粘贴。</translation>
    </message>
    <message>
        <source>This can&apos;t be opened. Save the picture to a file, and drop that.</source>
        <translation>无法打开此内容。请将图片另存为文件，再拖放该文件。</translation>
    </message>
    <message>
        <source>{pictures} could not be opened. The first: {failure}</source>
        <translation>{pictures}无法打开。第一个：{failure}</translation>
    </message>
</context>
<context>
    <name>PictureOpener</name>
    <message>
        <source>There are no pictures in this folder. Choose another one.</source>
        <translation>此文件夹中没有图片。请选择其他文件夹。</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>查找范围(&amp;I)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Reason</name>
    <message>
        <source>Device or resource busy</source>
        <translation>设备或资源忙</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是一个目录</translation>
    </message>
    <message>
        <source>Live scanning was stopped by a fault in Cardlight. Everything captured is kept. Start it again.</source>
        <translation>Cardlight 内部出错，实时扫描已停止。已拍下的证件都已保留。请重新启动摄像头。</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有该文件或目录</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是目录</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>不允许的操作</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>权限不足</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统为只读</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>文件句柄已失效</translation>
    </message>
    <message>
        <source>The camera does not open. Close other programs that use it, allow access to it in the system&apos;s privacy settings, then start it again.</source>
        <translation>无法打开摄像头。请关闭正在使用它的其他程序，在系统的隐私设置中允许访问，然后重新启动摄像头。</translation>
    </message>
    <message>
        <source>The camera was disconnected. Everything captured is kept. Plug it in and start it again.</source>
        <translation>摄像头已断开。已拍摄的内容均已保留。请重新连接并启动摄像头。</translation>
    </message>
    <message>
        <source>This video can&apos;t be played. Use MP4, AVI, MOV or MKV.</source>
        <translation>无法播放此视频。请使用 MP4、AVI、MOV 或 MKV 格式。</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>Your settings could not be read and were set back. The old file was kept beside them.</source>
        <translation>无法读取设置，已恢复为默认值。原文件已保留在同一位置。</translation>
    </message>
    <message>
        <source>Your settings could not be saved. They hold until you close the window.</source>
        <translation>无法保存设置。关闭窗口前，当前设置仍然有效。</translation>
    </message>
    <message>
        <source>a card was not saved, since a rectangle that is to be made black lies beside it. Correct the rectangle, or choose the card&apos;s format.</source>
        <translation>有一张证件未保存，因为要涂黑的矩形在证件之外。请修改矩形，或选择证件的格式。</translation>
    </message>
    <message>
        <source>a card whose upright is unsure was not saved, since what is to be made black may lie elsewhere on it. Take a sharper photo.</source>
        <translation>有一张证件无法确定哪边朝上，要涂黑的部分可能在别处，因此未保存。请拍得更清晰一些。</translation>
    </message>
    <message>
        <source>a file has its name</source>
        <translation>已有同名文件</translation>
    </message>
    <message>
        <source>a file of that name is there already, and was left as it is. Choose another folder or name.</source>
        <translation>已有同名文件，未作改动。请选择其他文件夹或名称。</translation>
    </message>
    <message>
        <source>a picture must be a uint8 array of shape (height, width, 3) in BGR order</source>
        <translation>图片必须是形状为（高、宽、3）、按 BGR 排列的 uint8 数组</translation>
    </message>
    <message>
        <source>a picture must have at least one pixel</source>
        <translation>图片必须至少有一个像素</translation>
    </message>
    <message>
        <source>another batch is writing into this folder. Wait for it to end, or choose another folder.</source>
        <translation>另一个批量任务正在写入此文件夹。请等待其结束，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>it is not a regular file</source>
        <translation>不是普通文件</translation>
    </message>
    <message>
        <source>its journal cannot be opened</source>
        <translation>无法打开其中的任务日志</translation>
    </message>
    <message>
        <source>its journal cannot be written</source>
        <translation>无法写入其中的任务日志</translation>
    </message>
    <message>
        <source>no CUDA GPU can be used here; choose the CPU, or see: cardlight doctor</source>
        <translation>此处没有可用的 CUDA GPU；请选择 CPU，或运行 cardlight doctor 查看详情</translation>
    </message>
    <message>
        <source>only the first {number} pages are read. Split the document to read the others.</source>
        <translation>仅读取前 {number} 页。请拆分文档以读取其余页面。</translation>
    </message>
    <message>
        <source>reading the file took too long. Check that it opens in another program.</source>
        <translation>读取文件耗时过长。请检查它能否在其他程序中打开。</translation>
    </message>
    <message>
        <source>reading the picture takes more memory than is free. Close other programs, or make it smaller.</source>
        <translation>读取此图片所需的内存超过可用内存。请关闭其他程序，或缩小图片。</translation>
    </message>
    <message>
        <source>the PDF is damaged. Open it in a PDF viewer and print it to a new PDF.</source>
        <translation>PDF 已损坏。请用 PDF 阅读器打开，并打印为新的 PDF。</translation>
    </message>
    <message>
        <source>the PDF is protected by a password. Save a copy of it without one.</source>
        <translation>PDF 受密码保护。请另存一份不带密码的副本。</translation>
    </message>
    <message>
        <source>the PDF takes too much time or memory to show. Print it to a new PDF, or scan the paper again.</source>
        <translation>显示此 PDF 耗费的时间或内存过多。请将其打印为新的 PDF，或重新扫描纸张。</translation>
    </message>
    <message>
        <source>the card does not fit on the paper at true size. Save it on a page of its own, without a layout.</source>
        <translation>证件按实际尺寸无法排入纸张。请不使用版式，单独保存为一页。</translation>
    </message>
    <message>
        <source>the card&apos;s outline is not four-sided and convex. Take the photo again from above.</source>
        <translation>证件轮廓不是凸四边形。请从正上方重新拍摄。</translation>
    </message>
    <message>
        <source>the disk is full. Free some space, or choose another folder.</source>
        <translation>磁盘已满。请释放一些空间，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>the file cannot be read ({cause}). Check its permissions, or copy it to this computer.</source>
        <translation>无法读取文件（{cause}）。请检查其权限，或将其复制到这台电脑。</translation>
    </message>
    <message>
        <source>the file has changed since it was opened. Open it again.</source>
        <translation>文件在打开后已被更改。请重新打开。</translation>
    </message>
    <message>
        <source>the file holds more cards than fit into memory. Split it into several files.</source>
        <translation>该文件中的证件过多，内存容纳不下。请将其拆分为多个文件。</translation>
    </message>
    <message>
        <source>the file is empty. Copy or download it again.</source>
        <translation>文件为空。请重新复制或下载。</translation>
    </message>
    <message>
        <source>the file is larger than {size} MB, the limit. Save the picture with stronger compression.</source>
        <translation>文件大于 {size} MB 的上限。请以更高的压缩率保存图片。</translation>
    </message>
    <message>
        <source>the file made its reader crash. Check that it opens in another program.</source>
        <translation>该文件导致读取程序崩溃。请检查它能否在其他程序中打开。</translation>
    </message>
    <message>
        <source>the folder cannot be read. Check its permissions.</source>
        <translation>无法读取文件夹。请检查其权限。</translation>
    </message>
    <message>
        <source>the folder cannot be written to ({cause}). Choose another folder.</source>
        <translation>无法写入文件夹（{cause}）。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>the folder holds a batch made with other settings. Use the same settings, or choose another folder.</source>
        <translation>此文件夹中有以其他设置执行的批量任务。请使用相同的设置，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>the folder holds the manifest of another batch, whose journal is gone. Move it, or choose another folder.</source>
        <translation>此文件夹中有另一批量任务的清单，但其任务日志已丢失。请移走该清单，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>the folder to save to is one that is watched. Choose another folder.</source>
        <translation>保存文件夹同时也是被监视的文件夹。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>the journal in this folder is damaged, or of another version of the program. Choose another folder.</source>
        <translation>此文件夹中的任务日志已损坏，或属于其他版本的程序。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>the name&apos;s template is wrong: {cause}.</source>
        <translation>名称模板有误：{cause}。</translation>
    </message>
    <message>
        <source>the picture has {width} x {height} pixels; the limit is {limit}. Make it smaller.</source>
        <translation>图片为 {width} × {height} 像素，上限为 {limit}。请将其缩小。</translation>
    </message>
    <message>
        <source>the picture is damaged or incomplete. Copy or download it again.</source>
        <translation>图片已损坏或不完整。请重新复制或下载。</translation>
    </message>
    <message>
        <source>the picture&apos;s kind of colours ({mode}) is not supported. Save it as RGB and try again.</source>
        <translation>不支持图片的颜色模式（{mode}）。请另存为 RGB 后重试。</translation>
    </message>
    <message>
        <source>the text holds letters that cannot be drawn ({letters}). Use another script.</source>
        <translation>文字中含有无法绘制的字符（{letters}）。请改用其他文字。</translation>
    </message>
    <message>
        <source>the text is empty. Enter some letters.</source>
        <translation>文字为空。请输入文字。</translation>
    </message>
    <message>
        <source>there is no such file. Check the name and the folder.</source>
        <translation>文件不存在。请检查文件名和文件夹。</translation>
    </message>
    <message>
        <source>this is a folder, not a picture. Choose a file in it.</source>
        <translation>这是文件夹，不是图片。请选择其中的文件。</translation>
    </message>
    <message>
        <source>this is not a picture, or its beginning is damaged. Use JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC.</source>
        <translation>这不是图片，或其开头部分已损坏。请使用 JPEG、PNG、WebP、TIFF、BMP、GIF 或 HEIC 格式。</translation>
    </message>
    <message>
        <source>unknown reason</source>
        <translation>原因不明</translation>
    </message>
    <message>
        <source>{file} belongs to another version; reinstall Cardlight</source>
        <translation>{file} 属于其他版本；请重新安装 Cardlight</translation>
    </message>
    <message>
        <source>{file} can&apos;t be loaded: it is damaged or no model; reinstall Cardlight</source>
        <translation>无法加载 {file}：它已损坏或不是模型；请重新安装 Cardlight</translation>
    </message>
    <message>
        <source>{file} can&apos;t be read: it is damaged or no safetensors file</source>
        <translation>无法读取 {file}：它已损坏或不是 safetensors 文件</translation>
    </message>
    <message>
        <source>{file} holds no weights of the {kind}</source>
        <translation>{file} 中没有 {kind} 的权重</translation>
    </message>
    <message>
        <source>{file} holds no {kind}; reinstall Cardlight</source>
        <translation>{file} 中没有 {kind}；请重新安装 Cardlight</translation>
    </message>
    <message>
        <source>{file} is missing</source>
        <translation>缺少 {file}</translation>
    </message>
    <message>
        <source>{file} is missing; reinstall Cardlight</source>
        <translation>缺少 {file}；请重新安装 Cardlight</translation>
    </message>
    <message>
        <source>{file} was made for another version of the {kind}</source>
        <translation>{file} 是为其他版本的 {kind} 网络制作的</translation>
    </message>
    <message>
        <source>{number} megapixels</source>
        <translation>{number} 百万像素</translation>
    </message>
    <message>
        <source>{number} pixels a side</source>
        <translation>每边 {number} 像素</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Forget these</source>
        <translation>清除记录</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>最近打开</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>&amp;Least certainty of a card</source>
        <translation>最低置信度(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Resolution of exports</source>
        <translation>导出分辨率(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Automatic: the GPU where there is one</source>
        <translation>自动：有 GPU 时使用 GPU</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Capture steady, sharp cards by themselves</source>
        <translation>证件稳定且清晰时自动拍摄</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Find cards &amp;on</source>
        <translation>检测设备(&amp;O)</translation>
    </message>
    <message>
        <source>GPU (CUDA)</source>
        <translation>GPU (CUDA)</translation>
    </message>
    <message>
        <source>Keep captures in a private folder, to recover them after a crash</source>
        <translation>将拍摄内容保存在私密文件夹中，以便崩溃后恢复</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Mirror the camera&apos;s preview (never the saved picture)</source>
        <translation>镜像摄像头预览（不影响保存的图片）</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Without the private folder, captures are in memory only. With it, they are deleted when you close the window. A change holds from the next start.</source>
        <translation>不使用私密文件夹时，拍摄内容仅保存在内存中；使用时，关闭窗口即会删除。更改将在下次启动时生效。</translation>
    </message>
    <message>
        <source>{dpi} dpi</source>
        <translation>{dpi} dpi</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Cards are looked for on the CPU, because the settings say so.</source>
        <translation>按照设置，正在使用 CPU 查找证件。</translation>
    </message>
    <message>
        <source>Cards are looked for on the CPU. A GPU needs PyTorch, which is not installed. Where there is an NVIDIA GPU, install it with: {command}</source>
        <translation>正在使用 CPU 查找证件。使用 GPU 需要 PyTorch，但尚未安装。若有 NVIDIA GPU，可用以下命令安装：{command}</translation>
    </message>
    <message>
        <source>Cards are looked for on the CPU. PyTorch finds no NVIDIA GPU. Where there is one, install or update its driver, then start Cardlight again.</source>
        <translation>正在使用 CPU 查找证件。PyTorch 未找到 NVIDIA GPU。若有，请安装或更新其驱动程序，然后重新启动 Cardlight。</translation>
    </message>
    <message>
        <source>Cards are looked for on the CPU. The PyTorch that is installed is built for the CPU only. Where there is an NVIDIA GPU, install one with CUDA, as pytorch.org says.</source>
        <translation>正在使用 CPU 查找证件。已安装的 PyTorch 仅支持 CPU。若有 NVIDIA GPU，请按 pytorch.org 的说明安装支持 CUDA 的版本。</translation>
    </message>
    <message>
        <source>chosen in the settings</source>
        <translation>由设置指定</translation>
    </message>
    <message>
        <source>no GPU found</source>
        <translation>未找到 GPU</translation>
    </message>
    <message>
        <source>no GPU: PyTorch is missing</source>
        <translation>无 GPU：缺少 PyTorch</translation>
    </message>
    <message>
        <source>no GPU: PyTorch without CUDA</source>
        <translation>无 GPU：PyTorch 不支持 CUDA</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Blurred: hold still</source>
        <translation>模糊：请保持不动</translation>
    </message>
    <message>
        <source>Blurred: hold still, focus</source>
        <translation>模糊：请保持不动并对焦</translation>
    </message>
    <message>
        <source>Captured</source>
        <translation>已拍摄</translation>
    </message>
    <message>
        <source>Cut off: show the whole card</source>
        <translation>不完整：请露出整张证件</translation>
    </message>
    <message>
        <source>Glare: tilt the card</source>
        <translation>反光：请倾斜证件</translation>
    </message>
    <message>
        <source>Hold steady</source>
        <translation>请保持稳定</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Too small: move closer</source>
        <translation>过小：请靠近一些</translation>
    </message>
    <message>
        <source>Which way is up? Turn with R</source>
        <translation>方向不确定：按 R 键旋转</translation>
    </message>
    <message>
        <source>back</source>
        <translation>反面</translation>
    </message>
    <message>
        <source>front</source>
        <translation>正面</translation>
    </message>
    <message>
        <source>{dpi} dpi</source>
        <translation>{dpi} dpi</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}：{reason}</translation>
    </message>
    <message>
        <source>{sentences} {another}</source>
        <translation>{sentences}{another}</translation>
    </message>
</context>
</TS>
